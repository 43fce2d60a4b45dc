"""`verifica.html`: the verifier a second time, in JavaScript, as one page that works from a USB stick."""
