"""What many watches cost: benches/scale.py CLAUSEWATCH [WATCHES [no-robots]], or benches/scale.py CLAUSEWATCH plot FILE.svg

Serves as many policies of 25 kB, each by an address of its own, as if a host had one document; lets clausewatch visit all of
them twice, at first new and then not modified; prints what each took. With 10,000 watches that is most of an hour, nearly all
of it the pause between two requests to a host. With `no-robots` a host is asked for its one document alone, and nothing pauses.
`plot` does so with 10, 100, 1,000 and 10,000 watches and draws what a watch costs.
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


def measured(program, watches, robots):
    """Visits all twice; gives of each run its CPU in seconds and its peak in MiB."""
    taken = {}
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
            taken[name] = took, usage.ru_maxrss / 1024
    server.shutdown()
    server.server_close()
    return taken


SIZES = [10, 100, 1000, 10000]
# Readable on white and on black.
COLOURS = {"new": "#2f6fde", "not modified": "#c4662a"}


def panel(left, title, lines, top):
    """One diagram: points of each line by the number of watches, which grows tenfold from point to point."""
    x, y = (lambda place: left + 40 + place * 80), (lambda value: 190 - 140 * value / top)
    text = '<text x="{:.0f}" y="{:.0f}" {}>{}</text>'.format
    drawn = [text(left, 20, 'font-weight="bold"', title)]
    for value in (0, top / 2, top):
        drawn.append(f'<path d="M{left + 30} {y(value):.0f}H{left + 290}" stroke="#8888" fill="none"/>')
        drawn.append(text(left + 25, y(value) + 4, 'text-anchor="end"', f"{value:g}"))
    drawn += [text(x(place), 210, 'text-anchor="middle"', f"{size:,}") for place, size in enumerate(SIZES)]
    drawn += [text(left + 40 * place, 38, f'fill="{COLOURS[name]}"', name) for place, name in enumerate(lines)]
    for name, values in lines.items():
        points = " ".join(f"{x(place):.0f},{y(value):.1f}" for place, value in enumerate(values))
        drawn.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[name]}" stroke-width="2"/>')
        drawn += [f'<circle cx="{x(place):.0f}" cy="{y(value):.1f}" r="3" fill="{COLOURS[name]}"/>' for place, value in enumerate(values)]
    return drawn


def plot(program, file):
    runs = [measured(program, size, "false") for size in SIZES]
    milliseconds = {name: [run[name][0] * 1000 / size for run, size in zip(runs, SIZES)] for name in COLOURS}
    memory = {name: [run[name][1] for run in runs] for name in COLOURS}
    drawn = panel(30, "milliseconds of CPU a watch", milliseconds, 6) + panel(370, "MiB at most", memory, 120)
    head = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 690 230" font-family="sans-serif" font-size="12" fill="#888">'
    with open(file, "w") as out:
        out.write("\n".join([head, "<title>What a watch costs, by the number of watches</title>", *drawn, "</svg>\n"]))


if __name__ == "__main__":
    program, *rest = sys.argv[1:]
    if rest[:1] == ["plot"]:
        plot(os.path.abspath(program), rest[1])
    else:
        measured(os.path.abspath(program), int(rest[0]) if rest else 1000, "false" if "no-robots" in rest else "true")
