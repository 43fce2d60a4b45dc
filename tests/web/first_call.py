import json
from pathlib import Path

from web.client import Client, Refused

kept = json.loads(Path("~/.config/verbale/login.json").expanduser().read_text())
with Client(kept["origin"], login=kept["token"]) as verbale:
    for customer in verbale.tenants.list():
        print(customer["id"], customer["name"])
    try:
        verbale.requests.show(request="r-00000000")
    except Refused as no:
        print(no.status, no.code, no.en)
