"""How long a contract of 40 pages takes to read, with its places, against bare pypdfium2 text in the same run; and how much memory.

Each reading is a process of its own, as a person would start it: CPU seconds with and without the start of Python, and its peak memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate

_PAGES, _RUNS = 40, 3
_SENTENCE = (
    "{n} The Provider shall make the Services available to the Customer for the term of this Agreement, and the Customer shall pay the fees "
    "of {n},000.00 EUR within thirty (30) days after receipt of the invoice unless the parties have agreed otherwise in writing. "
)
_BARE = """
import pypdfium2
with pypdfium2.PdfDocument(body) as document:
    text = "".join(page.get_textpage().get_text_bounded() for page in document)
"""
_READ = """
from tools.lookups.document_text import read_pdf
document = read_pdf(body)
text, places = document.text, (document.page_ranges, document.blocks)
"""
_FACE = """
from tools.lookups.documents import read_document
text = read_document(body, "contract.pdf").text
"""
_APART = """
import json
from tools.lookups.document_apart import ask_apart
text = json.loads(ask_apart({"do": "read", "filename": "contract.pdf", "media_type": None}, body))["text"]
"""
_FRAME = """
import json, resource, sys, time
def peak():
    try:
        lines = open("/proc/self/status").read().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
body = open(sys.argv[1], "rb").read()
began, cpu = time.perf_counter(), time.process_time()
{work}
children = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps({{"clock": time.perf_counter() - began, "cpu": time.process_time() - cpu + children.ru_utime + children.ru_stime,
                  "megabytes": max(peak(), children.ru_maxrss / 1024), "characters": len(text)}}))
"""


def _paper(path: Path) -> None:
    style = getSampleStyleSheet()["BodyText"]
    story: list[object] = []
    for number in range(1, _PAGES + 1):
        story += [Paragraph(_SENTENCE.format(n=f"{number}.{clause}") * 2, style) for clause in range(1, 9)]
        story += [PageBreak()] if number < _PAGES else []
    SimpleDocTemplate(str(path)).build(story)


def _measured(work: str, path: Path) -> dict[str, float]:
    runs = []
    for _ in range(_RUNS):
        done = subprocess.run([sys.executable, "-c", _FRAME.format(work=work), str(path)], capture_output=True, text=True, check=True)
        runs.append(json.loads(done.stdout))
    return min(runs, key=lambda run: float(run["cpu"]))


def test_forty_pages_against_bare_pdfium_text(tmp_path, capsys):
    path = tmp_path / "contract.pdf"
    _paper(path)
    figures = {"bare pypdfium2": _measured(_BARE, path), "read_pdf": _measured(_READ, path), "read_document": _measured(_FACE, path)}
    figures["in a process apart"] = _measured(_APART, path)
    with capsys.disabled():
        sys.stdout.write(f"\nA PDF of {_PAGES} pages, {path.stat().st_size:,} bytes (best of {_RUNS}; imports counted)\n")
        for name, run in figures.items():
            sys.stdout.write(
                f"{name:<18} {run['cpu']:.2f} s CPU, {run['clock']:.2f} s by the clock, {run['megabytes']:.0f} MB, {run['characters']:,.0f} characters\n"
            )
        bare = figures["bare pypdfium2"]["cpu"]
        sys.stdout.write(
            f"ratio read_pdf {figures['read_pdf']['cpu'] / bare:.1f}, read_document {figures['read_document']['cpu'] / bare:.1f}\n"
        )
    assert figures["read_document"]["characters"] > 100_000
    assert max(run["megabytes"] for run in figures.values()) < 700
