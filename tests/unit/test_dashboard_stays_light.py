from __future__ import annotations

import subprocess
import sys

_PROGRAM = """
import sys
import app.connection, app.charts, app.panels.approval_card, app.panels.case_parts, app.panels.house, app.panels.timeline
import graphs.edits, graphs.interaction, graphs.service
from agents.requisition_intake import understand
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_the_dashboard_loads_no_graph_model_or_vector_store() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())

    assert {"app", "graphs", "memory", "streamlit"} <= loaded
    assert not loaded & {"langgraph", "langchain", "langchain_openai", "openai", "chromadb", "pyhanko", "aiosmtpd"}
