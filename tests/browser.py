"""A real Chromium without a window, spoken to over its DevTools protocol: what a page did, said and asked for."""

import asyncio
import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--no-default-browser-check", "--remote-debugging-port=0",
)  # fmt: skip
_READY = 60


class Page:
    """One page. `requests` are the URLs that it asked for, `errors` what its console and its scripts complained
    of."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._next, self._waiting = socket, 0, {}
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._loaded = asyncio.Event()

    async def listen(self) -> None:
        async for message in self._socket:
            event = json.loads(message.data)
            if "id" in event:
                self._waiting.pop(event["id"]).set_result(event)
            else:
                self._note(event["method"], event["params"])

    def _note(self, method: str, params: dict) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Log.entryAdded" and params["entry"]["level"] in ("error", "warning"):
            self.errors.append(params["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.errors.append(json.dumps(params["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning"):
            self.errors.append(json.dumps(params["args"]))
        elif method == "Page.loadEventFired":
            self._loaded.set()

    async def send(self, method: str, **params):
        self._next += 1
        self._waiting[self._next] = asyncio.get_running_loop().create_future()
        awaited = self._waiting[self._next]
        await self._socket.send_json({"id": self._next, "method": method, "params": params})
        answer = await asyncio.wait_for(awaited, _READY)
        assert "error" not in answer, answer
        return answer["result"]

    async def open(self, url: str) -> None:
        self._loaded.clear()
        await self.send("Page.navigate", url=url)
        await asyncio.wait_for(self._loaded.wait(), _READY)

    async def run(self, script: str):
        """What a piece of JavaScript comes to."""
        done = await self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    async def press(self, key: str, code: int) -> None:
        for kind in ("rawKeyDown", "keyUp"):
            await self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code)

    async def click(self, selector: str) -> None:
        """A click of the mouse on the middle of an element, as a person does it."""
        found = await self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'center', behavior: 'instant'}); const r = e.getBoundingClientRect();"
            " return [r.x + r.width / 2, r.y + r.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            await self.send(
                "Input.dispatchMouseEvent", type=kind, x=found[0], y=found[1], button="left", clickCount=1
            )

    async def picture(self, file: Path, *, whole: bool = False) -> None:
        """A screenshot as a PNG file."""
        taken = await self.send("Page.captureScreenshot", format="png", captureBeyondViewport=whole)
        file.write_bytes(base64.b64decode(taken["data"]))

    async def media(self, *, scheme: str = "light", kind: str = "screen") -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        await self.send("Emulation.setEmulatedMedia", media=kind, features=features)


@asynccontextmanager
async def page(width: int = 1280, height: int = 900):
    """A page in a browser of its own with an empty profile; both are gone afterwards."""
    profile = tempfile.mkdtemp(prefix="chromium-")
    environment = {**os.environ, "HOME": profile}
    process = subprocess.Popen(
        [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", f"--window-size={width},{height}", "about:blank"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    try:
        port = await _port(process, Path(profile) / "DevToolsActivePort")
        async with aiohttp.ClientSession() as client:
            async with client.get(f"http://127.0.0.1:{port}/json/list") as reply:
                target = next(one for one in await reply.json() if one["type"] == "page")
            async with client.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                opened = Page(socket)
                listener = asyncio.create_task(opened.listen())
                for domain in ("Page", "Network", "Log", "Runtime"):
                    await opened.send(f"{domain}.enable")
                yield opened
                listener.cancel()
    finally:
        process.terminate()
        process.wait(_READY)
        shutil.rmtree(profile, ignore_errors=True)


async def _port(process: subprocess.Popen, file: Path) -> int:
    for _ in range(_READY * 20):
        if file.exists() and (text := file.read_text()).count("\n"):
            return int(text.split("\n")[0])
        assert process.poll() is None, "Chromium ended at its start"
        await asyncio.sleep(0.05)
    raise AssertionError("Chromium did not say where it listens")
