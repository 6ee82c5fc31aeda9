"""For mitmproxy: spoils the next requests as a file says. Usage: mitmdump -s mitm_chaos.py --set chaos=FILE …

The file holds one JSON object; `n` counts down with each request that is spoiled:
 {"n": 2, "match": "part of the URL or the body", "how": "refuse"}       the connection ends before the server is asked
 {"n": 2, "match": "…", "how": "lose"}                                  the server is asked, and its answer never comes
 {"n": 2, "match": "…", "how": "status", "status": 503}                 this answer comes instead, unasked
"""

import json
import pathlib

from mitmproxy import ctx, http


def load(loader):
    loader.add_option("chaos", str, "", "the file that says what to spoil")


def take(flow):
    """The order that this request falls under, counted down."""
    file = pathlib.Path(ctx.options.chaos)
    if not file.exists():
        return None
    order = json.loads(file.read_text())
    asked = flow.request.url + (flow.request.get_text(strict=False) or "")
    if order["n"] <= 0 or order["match"] not in asked:
        return None
    order["n"] -= 1
    file.write_text(json.dumps(order))
    return order


def request(flow):
    order = take(flow)
    if order is None:
        return
    if order["how"] == "refuse":
        flow.kill()
    elif order["how"] == "status":
        flow.response = http.Response.make(order["status"], b"", {"Retry-After": "1"})
    else:
        flow.metadata["how"] = order["how"]


def response(flow):
    if flow.metadata.get("how") == "lose":
        flow.kill()
