"""Words no English sentence holds, for tests that look for what was left in Italian."""

from __future__ import annotations

import re

ITALIAN = re.compile(
    r"[àèéìòù]|\b(il|lo|gli|le|del|della|delle|dei|degli|alla|alle|che|non|con|per|una|può|chi|sono|questa|questo"
    r"|si|da|dalla|fino|ancora|nessuno|nessuna|oggi|domani|ieri|lei|sua|suo|sue|chiave|macchina|registro|voci"
    r"|firma|richiesta|sessione|autorizza|collegata|collegato|aperta|invito|persone|utente|attività)\b",
    re.IGNORECASE,
)
