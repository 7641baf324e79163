"""A small service that asks one provider, and does as a test wants: `python service.py PORT KIND`."""

SERVICE = """
import json, os, socket, sys, time
import urllib.error, urllib.request
from http.client import HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT, KIND = int(sys.argv[1]), sys.argv[2]
CONNECTIONS = []

def ask():
    url = "http://127.0.0.1:9" if KIND == "deaf" else os.environ["ECHO_URL"]
    with urllib.request.urlopen(url + "/ping", timeout=0.3) as reply:
        said = json.load(reply)["said"]
    if type(said) is not str:
        raise ValueError("no text")
    return said

def healthy():
    try:
        return 200, {"answer": ask()}
    except (OSError, HTTPException, KeyError, ValueError) as error:
        return 502, {"error": "echo is down"}

def sick():
    try:
        return 200, {"answer": ask()}
    except Exception:
        return 200, {"answer": "as ever"}

def careless():
    return 200, {"answer": ask()}

def hangs():
    try:
        return 200, {"answer": ask()}
    except Exception:
        time.sleep(60)

def dies():
    try:
        return 200, {"answer": ask()}
    except Exception:
        os._exit(9)

def dies_slowly():
    try:
        return 200, {"answer": ask()}
    except Exception:
        CONNECTIONS[-1].shutdown(socket.SHUT_RDWR)
        time.sleep(0.3)
        os._exit(9)

def deaf():
    try:
        return 200, {"answer": ask()}
    except Exception:
        return 200, {"answer": "from nowhere"}

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.answer(503 if KIND == "unready" else 200, {})

    def do_POST(self):
        CONNECTIONS.append(self.connection)
        self.rfile.read(int(self.headers.get("content-length", 0)))
        try:
            self.answer(*globals()[KIND]())
        except Exception as error:
            self.answer(500, {"error": repr(error)})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass

print("service begins", flush=True)
if KIND == "broken-at-start":
    sys.exit("no configuration was found")
ThreadingHTTPServer(("127.0.0.1", PORT), Handler).serve_forever()
"""

UVICORN = """
import json, os
import httpx

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    status, document = 200, {}
    if scope["method"] == "POST":
        status, document = await answer()
    head = {"type": "http.response.start", "status": status, "headers": [(b"content-type", b"application/json")]}
    await send(head)
    await send({"type": "http.response.body", "body": json.dumps(document).encode()})

async def answer():
    try:
        async with httpx.AsyncClient(timeout=0.5) as client:
            reply = await client.get(os.environ["ECHO_URL"] + "/ping")
        return reply.raise_for_status().status_code, {"answer": str(reply.json()["said"])}
    except (httpx.HTTPError, KeyError, ValueError, TypeError):
        return 503, {"error": "echo is down"}
"""
