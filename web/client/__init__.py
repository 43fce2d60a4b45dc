"""The API from Python, typed: `Client("https://verbale.example", login=…).requests.show(request="r-…")`.

Its subjects and methods are the description's tags and operations, made of it by `tools/make_client.py`.
"""

from web.client import pages
from web.client.call import File, Refused, Unreached
from web.client.client import Client

__all__ = ["Client", "File", "Refused", "Unreached", "pages"]
