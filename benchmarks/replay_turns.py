"""Contenders that take turns: a process for each, one block of questions after the other.

The speed of a shared machine changes from second to second, and by a third. What a contender does in a block of a
few milliseconds is held against what the others did just before and after; the quickest sixth of its blocks counts,
which is where nobody else was in the way.
"""

from __future__ import annotations

import asyncio
import gc
import inspect
import json
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from peers import environment
from replay_contenders import CONTENDERS, is_right

LEAST = 3
STRIDE = 7919
"""A prime: steps through all recordings, far apart."""
PATIENCE = 90
"""Seconds that a contender may take to make itself ready and to answer three requests."""
BLOCK = 0.02
"""Seconds of one block, about."""
MOST = 200
SLOW = 0.2
"""Seconds of one question from which a contender gets no more turns."""


class Contender:
    """A process that answers in blocks."""

    def __init__(self, client: str, tool: str, size: int) -> None:
        command = [sys.executable, __file__, client, tool, str(size)]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(tool),
        )
        self.tool = tool
        self.out: dict[str, Any] = {}
        """Why it takes no more turns."""
        self._count, self._blocks = LEAST, list[tuple[float, float]]()
        self._wrong = 0
        self._turn(LEAST)
        if self._blocks:
            seconds = self._blocks.pop()[0]
            if seconds < SLOW:
                self._turn(MOST)
                seconds = self._blocks.pop()[0]
                self._count = max(LEAST, min(MOST, int(BLOCK / seconds)))
            else:
                self._blocks, self.out = [(seconds, seconds)], {"turns": 1}

    def turn(self) -> None:
        """Answer one block."""
        if not self.out:
            self._turn(self._count)

    def result(self) -> dict[str, Any]:
        """Answers a second of processor time, and of the clock."""
        if not self._blocks:
            return self.out
        quickest = [self._mean(which) for which in (0, 1)]
        return {"rate": 1 / quickest[0], "wall_rate": 1 / quickest[1], "wrong": self._wrong}

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()

    def _mean(self, which: int) -> float:
        ordered = sorted(block[which] for block in self._blocks)
        best = ordered[: max(1, len(ordered) // 6)]
        return sum(best) / len(best)

    def _turn(self, count: int) -> None:
        pipes = self._process
        assert pipes.stdin and pipes.stdout and pipes.stderr
        try:
            pipes.stdin.write(f"{count}\n")
            pipes.stdin.flush()
        except OSError:
            pass
        if not select.select([pipes.stdout], [], [], PATIENCE)[0]:
            self.out = {"slow": PATIENCE}
            return
        said = pipes.stdout.readline()
        if not said:
            self.out = {"failed": _reason(pipes.stderr.read())}
            return
        told = json.loads(said)
        if "missing" in told:
            self.out = told
            return
        self._blocks.append((told["cpu"] / count, told["seconds"] / count))
        self._wrong += told["wrong"]


def _reason(said: str) -> str:
    """The line of an error output that says most: the last that names an error, else the last."""
    lines = said.strip().splitlines() or ["no reason given"]
    named = [line for line in lines if "Error" in line or "breached" in line]
    return (named or lines)[-1].strip(" |^")[:200]


def measure(client: str, size: int, blocks: int) -> dict[str, dict[str, Any]]:
    """What each contender of a client came to, by its name."""
    contenders = [Contender(client, tool, size) for tool in CONTENDERS[client]]
    try:
        for number in range(blocks):
            for one in contenders:
                one.turn()
            if not number % 10:
                print(".", end="", flush=True, file=sys.stderr)
        return {one.tool: one.result() for one in contenders}
    finally:
        for one in contenders:
            one.close()


async def _answer(ask: Any, size: int) -> None:
    """Blocks as long as they are asked for, on standard input; what each took, on standard output."""
    waits = inspect.iscoroutinefunction(ask)
    number = 0
    for line in sys.stdin:
        wrong, count = 0, int(line)
        began, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            number = (number + STRIDE) % size
            data = await ask(number) if waits else ask(number)
            wrong += not is_right(data, number)
        took = {"cpu": time.process_time() - cpu, "seconds": time.perf_counter() - began, "wrong": wrong}
        print(json.dumps(took), flush=True)


def main(client: str, tool: str, size: int) -> None:
    """One contender."""
    try:
        with CONTENDERS[client][tool](size) as ask:
            gc.collect()
            gc.freeze()
            asyncio.run(_answer(ask, size))
    except ModuleNotFoundError as missing:
        print(json.dumps({"missing": missing.name}), flush=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent))
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
