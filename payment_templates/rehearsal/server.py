"""Serves the embedded AWS on a free port of 127.0.0.1 until the parent process ends."""

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from select import select
from threading import Thread
from typing import Any

HOST = "127.0.0.1"
# How often the child checks its parent's ID, in case a copy of the pipe outlives the parent.
PARENT_CHECK_SECONDS = 0.5


def main() -> None:
    """Serve until the parent ends; print the port as the first line."""
    folder = tempfile.mkdtemp(prefix="rehearsal-")
    Thread(target=_exit_with_parent, args=(os.getppid(), folder), daemon=True).start()
    # asyncio sends without delay only from a socket that names its protocol: otherwise the body of
    # a response waits 40 ms for the acknowledgement of its headers.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind((HOST, 0))
    port = listener.getsockname()[1]
    _isolate(folder, port)
    asyncio.run(_serve(listener, port))


def _exit_with_parent(parent: int, folder: str) -> None:
    while os.getppid() == parent:
        readable, _, _ = select([sys.stdin], [], [], PARENT_CHECK_SECONDS)
        if readable and not os.read(sys.stdin.fileno(), 1):
            break
    shutil.rmtree(folder, ignore_errors=True)
    # All state is in memory and no client is left: exit at once, whatever is running.
    os._exit(0)


def _isolate(folder: str, port: int) -> None:
    # ministack reads these once, when it is imported.
    tempfile.tempdir = folder
    os.environ.update(
        {
            "GATEWAY_PORT": str(port),
            "LOG_LEVEL": os.environ.get("LOG_LEVEL", "ERROR"),
            "TMPDIR": folder,
            "STATE_DIR": f"{folder}/state",
            "S3_DATA_DIR": f"{folder}/s3",
            "PERSIST_STATE": "0",
            "S3_PERSIST": "0",
            # Metadata only: no container is started, even where Docker is installed.
            "DOCKER_HOST": f"unix://{folder}/no-docker",
            # Both listen on fixed ports, which would block a second rehearsal.
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
        }
    )


async def _serve(listener: socket.socket, port: int) -> None:
    # Imported after the environment is set, see _isolate.
    import uvicorn  # noqa: PLC0415
    from uvicorn.server import ServerState  # noqa: PLC0415

    from payment_templates.rehearsal.gate import gated  # noqa: PLC0415

    config = uvicorn.Config(
        gated(_install),
        # Written in C: a rehearsal makes thousands of requests, half of whose time was HTTP.
        http="httptools",
        log_config=None,
        access_log=False,
        # ministack sends its own.
        server_header=False,
        date_header=False,
    )
    config.load()
    lifespan = config.lifespan_class(config)
    await lifespan.startup()
    # Not uvicorn's own `serve`, which handles signals: this process ends with its parent only.
    # The annotation of a protocol says nothing of its arguments.
    protocol: Any = config.http_protocol_class
    state = ServerState()
    await asyncio.get_running_loop().create_server(
        lambda: protocol(config=config, server_state=state, app_state=lifespan.state),
        sock=listener,
    )
    await _ready(port)


def _install() -> None:
    from payment_templates.rehearsal.installation import install  # noqa: PLC0415

    install()


async def _ready(port: int) -> None:
    print(port, flush=True)  # noqa: T201 - the parent reads it
    # The parent reads only that line: further output of a library must not fill the pipe.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    await asyncio.Event().wait()
