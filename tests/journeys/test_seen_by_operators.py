"""The whole program as its operator sees it: figures at an address of their own, health, and a log in JSON."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import httpx

from tests.support.patience import PATIENCE
from tests.support.processes import command, free_port, running, stopped


async def test_figures_are_served_on_this_machine_alone_and_health_to_whoever_asks(tmp_path: Path) -> None:
    metrics, port = free_port(), free_port()
    async with running(tmp_path, METRICS=f"127.0.0.1:{metrics}", PORT=str(port)) as (process, _):
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            chat = await client.get(f"http://127.0.0.1:{port}/")
            assert chat.status_code == 203
            words = {"words": "quetzalcoatl 4200000001"}
            here = {"Sec-Fetch-Site": "same-origin"}
            await client.post(f"http://127.0.0.1:{port}/", data=words, headers=here)
            for address in (f"127.0.0.1:{port}", f"127.0.0.1:{metrics}"):
                assert (await client.get(f"http://{address}/healthz")).text == "ok\n"
                assert (await client.get(f"http://{address}/readyz")).text == "ok\n"
            assert (await client.get(f"http://127.0.0.1:{port}/metrics")).status_code == 404
            page = await client.get(f"http://127.0.0.1:{metrics}/metrics")
        for store in ("directory", "sessions"):
            assert f'fingerpost_store_usable{{store="{store}"}} 1.0' in page.text
        assert 'fingerpost_turns_total{channel="web",outcome="answered"} 1.0' in page.text
        assert "quetzalcoatl" not in page.text
        assert "4200000001" not in page.text
        assert (await stopped(process))[0] == 0


async def test_a_port_that_is_taken_is_told_with_the_name_of_the_setting(tmp_path: Path) -> None:
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    taken = server.sockets[0].getsockname()[1]
    async with server:
        code, said = await command(tmp_path, "run", METRICS=f"127.0.0.1:{taken}", PORT=str(free_port()))
    assert code == 1
    assert "FINGERPOST_METRICS" in said


async def test_the_log_of_a_served_process_is_one_json_object_a_line(tmp_path: Path) -> None:
    sessions = tmp_path / "sessions.sqlite"
    port = free_port()
    async with running(tmp_path, PORT=str(port)) as (process, _):
        for file in tmp_path.glob("sessions.sqlite*"):
            file.unlink()
        sessions.mkdir()
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            here = {"Sec-Fetch-Site": "same-origin"}
            await client.post(f"http://127.0.0.1:{port}/", data={"words": "quetzalcoatl"}, headers=here)
        process.terminate()
        assert process.stdout is not None
        said = (await process.stdout.read()).decode()
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert all(set(line) == {"at", "level", "module", "line", "message"} for line in lines)
    assert "quetzalcoatl" not in said
