# Tells whoever logs in on a terminal that somebody is connected to this machine: goes to /etc/profile.d.
# The texts are the agent's, without control signs; there is none where nobody is connected. Whoever works in
# such a session himself is not told of it.
if [ -z "${VERBALE_SESSION:-}" ] && [ -t 1 ]; then
    for verbale_notice in "${VERBALE_STATE:-/var/lib/verbale-agent}"/desk/*.txt; do
        [ -r "$verbale_notice" ] && cat "$verbale_notice"
    done
    unset verbale_notice
fi
