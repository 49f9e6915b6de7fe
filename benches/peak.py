"""What large pages take of memory: benches/peak.py CLAUSEWATCH

Serves pages of 20 MB on loopback, one at a time, and lets clausewatch visit each twice, at first new and then changed in a few
places; prints the peak of each check in MiB, and fails where a first one needs more than it may.
"""

import os
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from scale import WORDS

SIZE = 20_000_000
AT_MOST = 100


def sentence(number, length):
    words = " ".join(WORDS[(number * 7 + place * (1 + number % 5)) % len(WORDS)] for place in range(length))
    return f"{words.capitalize()} {number}."


def prose(number):
    return "<p>" + " ".join(sentence(number * 8 + place, 20) for place in range(8)) + "</p>\n"


def paragraphs(number):
    heading = f"<h2>{sentence(number, 4)}</h2>\n" if number % 30 == 0 else ""
    return f"{heading}<p>{sentence(number, 20)}</p>\n"


def links(number):
    link = f'<a class="link" href="/terms/{number}">{sentence(number, 3)}</a>'
    return f'<li class="item">{sentence(number, 25)} {link} {sentence(number + 1, 25)}</li>\n'


def script(number):
    text = paragraphs(number) if number < 1000 else ""
    return f"{text}<script>window.data[{number}] = '{sentence(number, 2000)}';</script>\n"


def page(part, has_changed):
    parts, size, number = [], 0, 0
    while size < SIZE:
        parts.append(part(number))
        if has_changed and number % 2000 == 1:
            parts.append(f"<p>New in paragraph {number}: we may change what we offer.</p>\n")
        size += len(parts[-1])
        number += 1
    if has_changed:
        parts.append("<p>We may use your posts to train our AI models.</p>\n")
    return f"<html lang=en><title>Privacy</title><main><h1>Privacy</h1>{''.join(parts)}</main></html>".encode()


class Site(BaseHTTPRequestHandler):
    body = b""

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_):
        pass


def peaks(program, part):
    """Of the first check and of the second, in MiB."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with tempfile.TemporaryDirectory() as folder:
        watchlist, state = os.path.join(folder, "watchlist.toml"), os.path.join(folder, "state")
        with open(watchlist, "w") as file:
            file.write('[defaults]\nfetch = "http"\nchannels = []\nrobots = false\n')
            file.write(f'[[watch]]\nid = "large/privacy"\nurl = "http://127.0.0.1:{server.server_port}/"\n')
        for has_changed in (False, True):
            Site.body = page(part, has_changed)
            run = [program, "--quiet", "--watchlist", watchlist, "--state", state, "check"]
            # Linux counts to a process what the one took that began it: this one holds the pages.
            small = subprocess.run([sys.executable, __file__, "measured", *run], stdout=subprocess.PIPE, text=True)
            peak, said = small.stdout.split("\n", 1)
            if ("train our AI models" in said) != has_changed:
                sys.exit(f"that is not what was to be found:\n{said}")
            yield int(peak)
    server.shutdown()
    server.server_close()


def measured(command):
    """Prints the peak, then what the command printed."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read()
    _, _, usage = os.wait4(process.pid, 0)
    print(usage.ru_maxrss // 1024, said, sep="\n")


if __name__ == "__main__":
    if sys.argv[1] == "measured":
        measured(sys.argv[2:])
        sys.exit()
    program = os.path.abspath(sys.argv[1])
    failed = False
    print(f"{'20 MB of':<12} first  compared")
    for part in (prose, paragraphs, links, script):
        first, compared = peaks(program, part)
        print(f"{part.__name__:<12} {first:>5} {compared:>9}", flush=True)
        failed |= first > AT_MOST
    sys.exit(failed)
