"""What many watches cost: benches/scale.py CLAUSEWATCH [WATCHES [no-robots]]

Serves as many policies of 25 kB, each by an address of its own, as if a host had one document; lets clausewatch visit all of
them twice, at first new and then not modified; prints what each took. With 10,000 watches that is most of an hour, nearly all
of it the pause between two requests to a host. With `no-robots` a host is asked for its one document alone, and nothing pauses.
"""

import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WORDS = "we keep your name and what you ordered for as long as the law asks us to and delete it then unless you write".split()


def policy(number):
    def section(index):
        words = " ".join(WORDS[(number + index + place) % len(WORDS)] for place in range(110))
        return f"<h2>Section {index}</h2><p>{words}.</p>"

    claim = "<h2>AI</h2><p>We may use your posts to train our AI models.</p>"
    sections = "".join(map(section, range(45)))
    return f"<html lang=en><title>Privacy {number}</title><main><h1>Privacy</h1>{sections}{claim}</main>".encode()


class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        tag = f'"{self.path}"'
        if self.path == "/robots.txt":
            self.answer(404)
        elif self.headers["If-None-Match"] == tag:
            self.answer(304)
        else:
            self.answer(200, policy(int(self.path[1:])), tag)

    def answer(self, status, body=b"", tag=None):
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if tag:
            self.send_header("ETag", tag)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def main(program, watches, robots):
    ThreadingHTTPServer.request_queue_size = 512
    server = ThreadingHTTPServer(("0.0.0.0", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        watchlist, state = os.path.join(folder, "watchlist.toml"), os.path.join(folder, "state")
        with open(watchlist, "w") as file:
            file.write(f'[defaults]\nfetch = "http"\nlang = "en"\nchannels = []\nrobots = {robots}\n')
            for number in range(watches):
                host = f"127.{1 + number // 60000}.{number // 250 % 240}.{1 + number % 250}:{server.server_port}"
                file.write(f'[[watch]]\nid = "s{number}/privacy"\nurl = "http://{host}/{number}"\n')
        for name, command in [("new", "check"), ("not modified", "check"), ("status", "status")]:
            before = os.times()
            run = [program, "--quiet", "--watchlist", watchlist, "--state", state, command]
            process = subprocess.Popen(run, stdout=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            took = usage.ru_utime + usage.ru_stime
            elapsed = os.times().elapsed - before.elapsed
            kept = sum(entry.stat().st_size for entry in os.scandir(state))
            print(
                f"{name}: {took:.2f} s of CPU, {elapsed:.0f} s, {usage.ru_maxrss // 1024} MiB at most, "
                f"{kept / watches / 1000:.1f} kB kept a watch, exit {os.waitstatus_to_exitcode(status)}",
                flush=True,
            )


if __name__ == "__main__":
    watches = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
    main(os.path.abspath(sys.argv[1]), watches, "false" if "no-robots" in sys.argv else "true")
