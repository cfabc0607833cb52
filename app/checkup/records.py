"""The records' side: database, ledger, projections, policy, and effects that wait for a look."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from app.checkup.base import Check, bad, good, warning
from app.home import existing_home
from app.settings import load_settings

if TYPE_CHECKING:
    from app.bootstrap import Office


def check_database(root: Path) -> Check:
    """Whether the database is there, sound, and of this program's schema. Nothing is made or migrated here."""
    import sqlalchemy as sa

    from memory.database import open_database, reading

    home, settings = existing_home(root), load_settings(root)
    local = not settings.database_url
    if local and not home.database.is_file():
        return bad("database", f"{home.database.name} is gone", "restore it from a backup; see RESTORE.txt in it")
    database = open_database(home.database_url(settings))
    try:
        with reading(database) as connection:
            if local:
                sound = str(connection.execute(sa.text("PRAGMA quick_check(1)")).scalar())
                if sound != "ok":
                    return bad("database", f"{home.database.name} is damaged: {sound}", "restore the last backup")
            return _schema(connection)
    finally:
        database.dispose()


def _schema(connection: object) -> Check:
    from alembic.config import Config
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    import memory.migrate

    config = Config()
    config.set_main_option("script_location", str(Path(memory.migrate.__file__).parent / "migrations"))
    newest = ScriptDirectory.from_config(config).get_current_head()
    present = MigrationContext.configure(connection).get_current_revision()  # type: ignore[arg-type]
    if present is None:
        return bad("database", "it holds no ledger", "restore it from a backup, or complete the home: qm init")
    if present != newest:
        known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
        if present not in known:
            return bad("database", f"its schema {present} is newer than this program", "upgrade Quartermaster")
        return warning(
            "database",
            f"its schema {present} is older than this program's {newest}",
            "any command brings it up to date; make a backup first",
        )
    return good("database", f"sound; schema {present}")


def check_ledger(office: Office) -> Check:
    """Whether every chain of the ledger holds."""
    from memory.views.health import check_ledger as verified

    proof = verified(office.database, office.clock.now()).verification
    if proof.first_break is not None:
        found = proof.first_break
        return bad(
            "ledger",
            f"broken at {found.stream} version {found.version}: {found.problem}",
            "stop the worker, keep the file as evidence, restore the last backup that verifies",
        )
    return good("ledger", f"verifies: {proof.events} events, head {proof.head[:12]}…")


def check_projections(office: Office) -> Check:
    """Whether what the screens show is what the ledger says."""
    from graphs.replay import replay

    wrong = [found.name for found in replay(office.database, office.projections) if not found.equal]
    if wrong:
        return bad("projections", f"not what the ledger says: {', '.join(wrong)}", "qm doctor --mend rebuilds them from the ledger")
    return good("projections", f"{len(office.projections)} equal their rebuild from the ledger")


def check_policy(office: Office) -> Check:
    """Whether a policy is in force, and whether the file on disk says the same."""
    from graphs.policy.changes import diff
    from graphs.policy.document import Policy

    if office.policies.adopted() is None:
        return bad("policy", "no policy is in force: nothing may be decided", f"qm policy adopt {office.home.policy}")
    adopted = office.policies.current()
    if not office.home.policy.is_file():
        return good("policy", f"{adopted.version} is in force")
    draft = Policy.load(office.home.policy.read_text(encoding="utf-8"), source=office.home.policy.name)
    changes = diff(adopted, draft)
    if changes:
        return warning(
            "policy",
            f"{office.home.policy.name} differs from {adopted.version} in force: {changes[0]}",
            "qm policy check, then qm policy adopt",
        )
    return good("policy", f"{adopted.version} is in force; {office.home.policy.name} says the same")


def check_effects(office: Office) -> Check:
    """Whether an effect left whose outcome nobody knows, or a step failed."""
    from memory.outbox import EffectStatus
    from memory.views.health import effect_counts, failed_steps

    unknown = effect_counts(office.database)[EffectStatus.UNKNOWN]
    failed = failed_steps(office.database)
    if unknown:
        return warning(
            "effects", f"{unknown} with an outcome that nobody knows", "the dispatcher looks them up; run qm up, or look: qm cases list"
        )
    if failed:
        return warning("effects", f"{len(failed)} cases stand at a failed step: {failed[0].message}", f"qm cases retry {failed[0].case_id}")
    return good("effects", "nothing is stuck")
