"""A real SMTP server for the tests: STARTTLS, implicit TLS and plain, each with AUTH; mails go to a folder.

usage: smtpd.py FOLDER; FOLDER holds server.pem and server.key. Prints the three ports, then one line a mail.
"""
import itertools
import logging
import os
import signal
import ssl
import sys

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

FOLDER = sys.argv[1]
NUMBER = itertools.count(1)
# It warns of a login without TLS, which is what one of the servers is for.
logging.disable(logging.WARNING)


def authenticate(server, session, envelope, mechanism, data):
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (b"watch", b"s3cret")
    # handled=False makes the server itself answer 535; without it the client waits for ever.
    return AuthResult(success=True) if known else AuthResult(success=False, handled=False)


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("nobody"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        with open(os.path.join(FOLDER, f"{next(NUMBER)}.eml"), "wb") as file:
            file.write(envelope.content)
        kind = "tls" if server.transport.get_extra_info("ssl_object") else "plain"
        print("mail", kind, session.authenticated, flush=True)
        return "250 2.0.0 taken"


def context():
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(os.path.join(FOLDER, "server.pem"), os.path.join(FOLDER, "server.key"))
    return tls


def free_port():
    import socket
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


login = {"authenticator": authenticate, "auth_required": True}
servers = [
    Controller(Handler(), hostname="127.0.0.1", port=free_port(), tls_context=context(), require_starttls=True, **login),
    Controller(Handler(), hostname="127.0.0.1", port=free_port(), ssl_context=context(), auth_require_tls=False, **login),
    Controller(Handler(), hostname="127.0.0.1", port=free_port(), auth_require_tls=False, **login),
]
for server in servers:
    server.start()
print(*[server.port for server in servers], flush=True)
signal.sigwait([signal.SIGTERM])
for server in servers:
    server.stop()
