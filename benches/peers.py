"""Times the checks of each program on the same pages; peers.sh calls it.

Check 1: nothing stored. 2: the same bytes. 3: other bytes, the same text (a comment with a nonce). 4: the pages of the
later date. 5: check 4 again, where the server answers 304. 6: check 1, where each reply takes 200 ms. Every check is a whole process; programs take turns.
"""
import asyncio, hashlib, pathlib, shutil, statistics, subprocess, sys, tempfile, threading, time

PORT = 8765
PROGRAMS = ["clausewatch", "webchanges", "urlwatch"]
STARTER = """
import os, subprocess, sys, time
start = time.monotonic()
child = subprocess.Popen(sys.argv[1:], stdout=sys.stderr)
_, status, used = os.wait4(child.pid, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - start, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""
CHECKS = ["first", "same bytes", "other bytes", "changed", "not modified", "slow replies"]


def made(folder, count=60, sections=60):
    """Policies of our own at two dates, with the menus and scripts of a usual site."""
    chrome = "<nav><ul>" + '<li class="menu-item"><a href="/a?utm_source=menu">Products</a></li>' * 300 + "</ul></nav>"
    script = "<script>" + "window.x=window.x||[];x.push([1,2,3]);" * 4000 + "</script>"
    for date in ("t0", "t1"):
        (folder / date).mkdir(parents=True)
        for page in range(count):
            body = "".join(
                f"<h2>{n}. How we treat your data ({page})</h2><p>We keep your name, your address and what you ordered for "
                f"as long as the law of your country asks us to. Then we delete it after {n + page} months.</p><ul><li>your "
                "photos,</li><li>your messages.</li></ul><p>You may ask us for a copy of what we hold about you.</p>"
                for n in range(sections))
            if date == "t1" and page % 8:
                body += "<p>We may use what you publish to train our language models. You can object in your settings.</p>"
            (folder / date / f"p{page:03}.html").write_text(
                f"<!doctype html><html lang=en><head><title>Privacy {page}</title></head><body>{chrome}<main><h1>Privacy</h1>"
                f"{body}</main>{script}</body></html>")


class Server(asyncio.Protocol):
    pages, validators, answered, delay = {}, False, 0, 0

    def connection_made(self, transport):
        self.transport, self.buffer = transport, b""

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head, self.buffer = self.buffer[:end], self.buffer[end + 4:]
            path = head.split(b" ", 2)[1].decode().lstrip("/")
            body = Server.pages.get(path)
            if body is None:
                self.transport.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                continue
            Server.answered += 1
            tag = b'ETag: "%s"\r\n' % hashlib.sha1(body).hexdigest().encode() if Server.validators else b""
            if tag and tag[6:-2] in head:
                self.transport.write(b"HTTP/1.1 304 Not Modified\r\n" + tag + b"\r\n")
                continue
            asyncio.get_running_loop().call_later(Server.delay, self.transport.writelines, [
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" + tag,
                b"Content-Length: %d\r\n\r\n" % len(body), body])


def serve(hosts):
    async def run():
        server = await asyncio.get_running_loop().create_server(Server, hosts, PORT, backlog=1024)
        ready.set()
        await server.serve_forever()

    ready = threading.Event()
    threading.Thread(target=lambda: asyncio.run(run()), daemon=True).start()
    ready.wait()


def prepare(program, state, urls):
    """Writes the program's configuration; gives its command."""
    shutil.rmtree(state, ignore_errors=True)
    state.mkdir(parents=True)
    if program == "clausewatch":
        watches = (f'[[watch]]\nid = "service{n:03}/policy"\nurl = "{url}"\nfetch = "http"\nrobots = false\nchannels = []\n'
                   for n, url in enumerate(urls))
        (state / "watchlist.toml").write_text("".join(watches))
        return [binary, "check", "--quiet", "--watchlist", state / "watchlist.toml", "--state", state / "state"]
    filters, config = "filters:\n  - html2text\n", "report:\n  stdout:\n    enabled: true\n"
    if program == "urlwatch":
        filters = "filter:\n  - html2text:\n      method: pyhtml2text\n"
    else:
        # No request to the outside; every version kept.
        config += "  tz: null\nversion_check:\n  enabled: false\ndatabase:\n  engine: sqlite3\n  max_snapshots: 0\n"
    (state / "jobs.yaml").write_text("---\n".join(f"name: p{n}\nurl: {url}\n{filters}" for n, url in enumerate(urls)))
    (state / "config.yaml").write_text(config)
    (state / "hooks.py").write_text("")
    jobs, store = ("--jobs", "--database") if program == "webchanges" else ("--urls", "--cache")
    return [peers / program / "bin" / program, jobs, state / "jobs.yaml", "--config", state / "config.yaml",
            "--hooks", state / "hooks.py", store, state / "store.db"]


def timed(command, log):
    """Seconds on the clock, seconds of CPU, peak MiB."""
    with open(log, "ab") as out:
        # A program's peak is never told as less than that of the process which started it: this one holds all pages.
        told = subprocess.run([sys.executable, "-S", "-c", STARTER, *map(str, command)],
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=out, check=True, text=True).stdout
    code, seconds, cpu, peak = map(float, told.split())
    # 1 is news; 2 of clausewatch may be a page that it does not take for a policy. Who did not ask is told below.
    if code not in (0, 1, 2):
        sys.exit(f"{command[0]} failed; see {log}")
    return seconds, cpu, peak / 1024


def contents(site, date):
    files = sorted((site / date).glob("*.html"))
    return {file.name: file.read_bytes() for file in files}


binary, peers, runs = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve(), int(sys.argv[3])
work = pathlib.Path(tempfile.mkdtemp(prefix="peers-"))
if len(sys.argv) > 4:
    site = pathlib.Path(sys.argv[4]).resolve()
else:
    site = work / "site"
    made(site)
first, later = contents(site, "t0"), contents(site, "t1")
nonce = {name: body + b"<!-- nonce %s -->\n" % hashlib.sha1(body).hexdigest().encode() for name, body in first.items()}
hosts = [f"127.0.1.{n}" for n in range(1, len(first) + 1)]
urls = [f"http://{host}:{PORT}/{name}" for host, name in zip(hosts, first)]
serve(hosts)
taken = {}
for _ in range(runs):
    for program in PROGRAMS:
        command = prepare(program, work / program, urls)
        for check, pages in zip(CHECKS, (first, first, nonce, later, later, first)):
            if check == "not modified":
                # To have the validators, and to have told of what is gone.
                Server.validators = True
                for _ in range(3):
                    timed(command, work / f"{program}.log")
            if check == "slow replies":
                Server.validators, Server.delay = False, 0.2
                command = prepare(program, work / program, urls)
            Server.pages, Server.answered = pages, 0
            taken.setdefault((program, check), []).append(timed(command, work / f"{program}.log"))
            if Server.answered < len(pages):
                sys.exit(f"{program} asked for {Server.answered} of {len(pages)} pages; see {work}/{program}.log")
        Server.delay = 0

size = sum(map(len, first.values())) / 1e6
print(f"{len(first)} pages, {size:.1f} MB; medians of {runs}: seconds / seconds of CPU / peak MiB (CPU beside clausewatch's)\n")
print("| check | " + " | ".join(PROGRAMS) + " |\n|---|" + "---|" * len(PROGRAMS))
for check in CHECKS:
    medians = {program: [statistics.median(run[n] for run in taken[program, check]) for n in range(3)] for program in PROGRAMS}
    own = medians["clausewatch"][1]
    cells = ("{:.2f} / {:.2f} / {:.0f}".format(*medians[program])
             + ("" if program == "clausewatch" else f" ({medians[program][1] / max(own, 0.001):.1f}x)") for program in PROGRAMS)
    print(f"| {check} | " + " | ".join(cells) + " |")
shutil.rmtree(work)
