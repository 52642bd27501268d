"""Partner profiles as files: what is wrong is said in full before any document is touched, and nothing outside the folder is read."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from edi import partner_files
from edi.cli import app
from edi.partner_files import WrongProfiles, known_rules, load
from tests.edifact_cases import UNB, interchange, message
from tests.golden import PARTNERS
from tests.profiles_help import folder
from tests.records_help import arrive
from workers import pipeline, runner
from workers import settings as worker_settings
from workers.app import profiles_of

TOLERANT = '[checks]\n"EDI-29.unt-count" = "ignore"'
COUNT_WRONG = interchange(message(count=99))


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the settings of whoever runs the tests."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDI_PARTNERS", raising=False)


def problems(path: Path, **files: str) -> list[str]:
    """What is wrong with the profiles of a folder."""
    with pytest.raises(WrongProfiles) as wrong:
        load(folder(path, **files))
    return wrong.value.problems


# --- what is wrong


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nmae = 1", "kai.toml: nmae is no key"),
        ('charset = "EBCDIC"', "kai.toml: charset is “EBCDIC”, expected one of UNOA"),
        ("charset = 7", "kai.toml: charset is 7, expected"),
        ('segments = "END"', "kai.toml: segments is “END”, expected segment tags"),
        ('segments = ["END", "end", 5]', "kai.toml: segments is “end”, expected segment tags"),
        ('segments = ["UNT"]', "kai.toml: segments is “UNT”, expected segment tags"),
        ('[checks]\n"EDI-99.nothing" = "error"', "kai.toml: checks.EDI-99.nothing is no rule that a profile can change"),
        ('[checks]\n"SYS-fault" = "ignore"', "kai.toml: checks.SYS-fault is no rule that a profile can change"),
        ('[checks]\n"EDI-18.limit" = "ignore"', "kai.toml: checks.EDI-18.limit cannot be changed by a profile: a limit protects us"),
        ('[checks]\n"EDI-13.unz" = "tolerate"', "kai.toml: checks.EDI-13.unz is “tolerate”, expected one of ignore, error, warning, info"),
        ('[checks]\n"EDI-13.unz" = false', "kai.toml: checks.EDI-13.unz is False, expected one of"),
        ('checks = ["EDI-13.unz"]', "kai.toml: checks is"),
        ('[codes]\n"71" = ["A"]', "kai.toml: codes.71 is no data element"),
        ('[codes]\n"7143" = "A"', "kai.toml: codes.7143 is “A”, expected a list of codes"),
        ('[agreement]\nmessages = ["invoic"]', "kai.toml: agreement.messages is “invoic”, expected a message type such as INVOIC D.96A"),
        ('[agreement]\naccepts_tests = "no"', "kai.toml: agreement.accepts_tests is “no”, expected true or false"),
        ("[agreement]\ngreatest_age_days = -1", "kai.toml: agreement.greatest_age_days is -1, expected a whole number from 0"),
        ("[agreement]\ngreatest_age_days = true", "kai.toml: agreement.greatest_age_days is True, expected a whole number"),
        ("[agreement]\nrecipients = [{ name = 'A' }]", "kai.toml: agreement.recipients[1].name is no key"),
        ("[agreement]\nrecipients = [{ name = 'A' }]", "kai.toml: agreement.recipients[1].id is missing, expected an identification"),
        ("[agreement]\nrecipients = ['A']", "kai.toml: agreement.recipients is “A”, expected a list such as"),
        ('[tables]\n"INVOIC" = "tables/t.toml"', "kai.toml: tables.INVOIC is “INVOIC”, expected a message type such as INVOIC D.96A"),
        ('[tables]\n"TAXCON D.96A" = "tables/t.toml"', "kai.toml: tables.TAXCON D.96A names TAXCON, of which no release is known"),
        ('[tables]\n"INVOIC D.96A" = 5', "kai.toml: tables.INVOIC D.96A is 5, expected the path of a segment table"),
        (
            '[tables]\n"INVOIC D.96A" = "tables/none.toml"',
            "kai.toml: tables.INVOIC D.96A names 'tables/none.toml', which cannot be used: it is no",
        ),
        ("name = ", "kai.toml cannot be read as TOML"),
        ("x = " + "[" * 5000, "kai.toml cannot be read as TOML: nested too deep"),
        ("x = " + "9" * 5000, "kai.toml cannot be read as TOML"),
    ],
)
def test_what_is_wrong_is_said_with_file_key_and_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path / "p", kai=text)
    assert any(line.startswith(said) for line in found), found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "x.toml: identifications is missing"),
        ("", "x.toml: name is missing, expected the name of the partner"),
        ('name = ""\nidentifications = []', "x.toml: name is “”"),
        ('name = "A\\u0007"\nidentifications = [{ id = "A" }]', "x.toml: name is “A\N{REPLACEMENT CHARACTER}”"),
        (f'name = "{"A" * 71}"\nidentifications = [{{ id = "A" }}]', "x.toml: name is"),
        ('name = "A"\nidentifications = [{ id = "" }]', "x.toml: identifications[1].id is “”"),
        ('name = "A"\nidentifications = [{ id = "A", qualifier = 14 }]', "x.toml: identifications[1].qualifier is 14"),
        ('name = "A"\nidentifications = "A"', "x.toml: identifications is “A”, expected a list such as"),
    ],
)
def test_a_profile_needs_a_name_and_an_identification(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path / "p", x=text)
    assert any(line.startswith(said) for line in found), found


def test_everything_that_is_wrong_in_all_files_is_said_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path / "p", kai='charset = "X"\nsegments = ["x"]', other="no = 1", house='unknown_senders = "kill"')
    assert len(found) == 6 and {line.split(".toml")[0] for line in found} == {"kai", "other", "house"}


@pytest.mark.parametrize(
    ("first", "second", "clash"), [("14", "14", True), ("14", "ZZ", False), (None, "14", True), ("14", None, True), ("", "14", False)]
)
def test_an_identification_belongs_to_one_partner(tmp_path: Path, first: str | None, second: str | None, clash: bool) -> None:
    def profile(name: str, qualifier: str | None) -> str:
        return f'name = "{name}"\nidentifications = [{{ id = "A"{"" if qualifier is None else f", qualifier = {json.dumps(qualifier)}"} }}]'

    files = {"one": profile("One", first), "two": profile("Two", second)}
    if clash:
        (said,) = problems(tmp_path / "p", **files)
        assert said.startswith("two.toml: identifications has A") and "one.toml claims too" in said
    else:
        assert len(load(folder(tmp_path / "p", **files)).partners) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('table = "UNH M 1"', "expected UNH M 1 as its first line"),
        ('table = ""', "expected UNH M 1 as its first line"),
        ("table = 5", "expected the key table"),
        ('table = "UNH M 1\\nUNT M 1"\nmore = 1', "expected the key table"),
        ('table = "UNH M 1\\nBGM M one\\nUNT M 1"', "line 2 is"),
        ('table = "UNH M 1\\nBGM M 99999999\\nUNT M 1"', "line 2 is"),
        ('table = "UNH M 1\\n  BGM M 1\\nUNT M 1"', "line 2 stands deeper"),
        ('table = "UNH M 1\\nEND M 1\\nUNT M 1"', "names END, which is no segment of directory D.96A"),
        ('table = "UNH M 1\\nSG1 M 1\\nUNT M 1"', "line 3 is the first of group SG1"),
        ('table = "UNH M 1\\nSG1 M 1\\n  RFF C 1\\nUNT M 1"', "line 3 is the first of group SG1"),
        ('table = "UNH M 1\\nSG1 M 1\\n  RFF M 1\\nSG1 M 1\\n  NAD M 1\\nUNT M 1"', "names a group twice"),
        ('table = "UNH M 1\\nSG1 M 1\\n  UNT M 1\\nUNT M 1"', "names UNT inside a group"),
        ('table = "UNH M 1\\n' + "BGM C 1\\n" * 3000 + 'UNT M 1"', "it has 3002 lines"),
    ],
)
def test_a_table_that_does_not_follow_the_notation_is_refused_with_its_line(tmp_path: Path, table: str, said: str) -> None:
    found = problems(tmp_path / "p", kai='[tables]\n"INVOIC D.96A" = "tables/own.toml"', tables__own=table)
    assert len(found) == 1 and said in found[0], found


# --- hostile files


@pytest.mark.parametrize(
    "path",
    [
        "../secret.toml",
        "tables/../../secret.toml",
        "/etc/passwd",
        "kai.toml",
        "./kai.toml",
        "tables/link.toml",
        "far/secret.toml",
        "tables",
    ],
)
def test_a_table_outside_the_folder_is_not_read(tmp_path: Path, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret.toml").write_text('table = "UNH M 1\\nBGM M 1\\nUNT M 1"', encoding="utf-8")
    made = folder(tmp_path / "p", kai=f'[tables]\n"INVOIC D.96A" = "{path}"', tables__ours='table = ""')
    (made / "tables" / "link.toml").symlink_to(tmp_path / "secret.toml")
    (made / "far").symlink_to(tmp_path)
    with pytest.raises(WrongProfiles) as wrong:
        load(made)
    (said,) = wrong.value.problems
    assert said.startswith("kai.toml: tables.INVOIC D.96A names")


def test_a_huge_file_is_refused_without_being_read_whole(tmp_path: Path) -> None:
    (said,) = problems(tmp_path / "p", kai="# " + "x" * (2 << 20))
    assert said == "kai.toml cannot be read as TOML: it is larger than 1048576 bytes."


def test_a_folder_or_pipe_with_the_name_of_a_profile_is_refused(tmp_path: Path) -> None:
    made = folder(tmp_path / "p", kai="")
    (made / "folder.toml").mkdir()
    (said,) = problems(made)
    assert said == "folder.toml cannot be read as TOML: it is no file."


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongProfiles, match="is no folder of partner profiles"):
        load(tmp_path / "none")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = ["name", "identifications", "charset", "segments", "checks", "codes", "tables", "agreement"]


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(values=st.dictionaries(st.sampled_from(KEYS) | st.text(max_size=8), VALUES, max_size=8))
def test_whatever_a_profile_holds_is_used_or_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, values: dict[str, Any]
) -> None:
    monkeypatch.setattr(partner_files, "read_toml", lambda _path: values)
    made = folder(tmp_path / "any", kai="")
    load.cache_clear()
    try:
        load(made)
    except WrongProfiles as wrong:
        assert all(line.startswith("kai.toml") and line.endswith(".") and line.isprintable() for line in wrong.problems)
        assert all(len(line) < 1000 for line in wrong.problems)
    finally:
        load.cache_clear()


def test_every_rule_that_an_interchange_can_break_can_be_changed(tmp_path: Path) -> None:
    text = "[checks]\n" + "\n".join(f'"{rule}" = "info"' for rule in known_rules())
    profile = load(folder(tmp_path / "p", kai=text)).of("5412345000013", "14")
    assert profile.checks is not None and set(profile.checks) == set(known_rules())
    assert {"EDI-29.unt-count", "BR-CO-15", "TRD-INV-001"} <= set(known_rules())


def test_the_examples_can_be_used() -> None:
    assert [profile.name for profile in load(PARTNERS).partners] == ["Brume Éclairage", "Fjordhandel AS", "Zollkontor Averdieck"]
    assert load(PARTNERS) is load(PARTNERS)


# --- the command


def run(*arguments: str, **variables: str) -> Any:
    return CliRunner().invoke(app, list(arguments), env={"COLUMNS": "200", **variables})


@pytest.fixture
def named(tmp_path: Path) -> dict[str, str]:
    """A file with a fault that its sender's profile tolerates, and the folder of that profile."""
    (tmp_path / "count.edi").write_bytes(COUNT_WRONG)
    return {"file": str(tmp_path / "count.edi"), "partners": str(folder(tmp_path / "partners", kai=TOLERANT))}


def test_edi_check_takes_profiles_from_option_environment_and_settings_file(named: dict[str, str], tmp_path: Path) -> None:
    assert run("check", named["file"]).exit_code == 1
    found = run("check", named["file"], "--partners", named["partners"])
    assert (found.exit_code, "tolerated as agreed with Kai: EDI-29.unt-count 1" in found.stdout) == (0, True)
    assert run("check", named["file"], EDI_PARTNERS=named["partners"]).exit_code == 0
    (tmp_path / "quayside.toml").write_text(f'partners = "{named["partners"]}"', encoding="utf-8")
    assert run("check", named["file"]).exit_code == 0


def test_the_json_of_edi_check_names_partner_and_what_was_tolerated(named: dict[str, str]) -> None:
    shown = json.loads(run("check", "--json", named["file"], "--partners", named["partners"]).stdout)
    assert (shown["partners"], shown["tolerated"], shown["verdict"]) == (["Kai"], {"EDI-29.unt-count": 1}, "accepted")
    assert "tolerated" not in json.loads(run("check", "--json", named["file"]).stdout)


def test_many_files_are_checked_with_profiles_in_other_processes(named: dict[str, str], tmp_path: Path) -> None:
    names = [tmp_path / f"{number}.edi" for number in range(12)]
    for name in names:
        name.write_bytes(COUNT_WRONG)
    found = run("check", *map(str, names), "--partners", named["partners"])
    assert found.exit_code == 0 and "12 files: 12 accepted." in found.stdout


def test_edi_acknowledge_answers_a_tolerated_fault_with_an_acceptance(named: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "asks.edi").write_bytes(COUNT_WRONG.replace(b"+REF1'UNH", b"+REF1++++1'UNH"))
    assert "UCM+1" in run("acknowledge", str(tmp_path / "asks.edi")).stdout
    found = run("acknowledge", str(tmp_path / "asks.edi"), "--partners", named["partners"])
    assert "14+7'" in found.stdout and "UCM" not in found.stdout and found.exit_code == 0
    shown = json.loads(run("acknowledge", "--receipt", named["file"], "--partners", named["partners"]).stdout)
    assert shown["tolerated"] == {"EDI-29.unt-count": 1}


def test_a_time_of_receipt_can_be_given_to_check_and_acknowledge(tmp_path: Path) -> None:
    old = folder(tmp_path / "p", kai="[agreement]\ngreatest_age_days = 3")
    (tmp_path / "x.edi").write_bytes(interchange(message()))
    arguments = (str(tmp_path / "x.edi"), "--partners", str(old), "--received")
    assert run("check", *arguments, "2026-01-08").exit_code == 0
    assert "EDI-24.age" in run("check", *arguments, "2026-01-09T00:00:00").stdout
    assert "+4+24+UNB+5:1'" in run("acknowledge", *arguments, "2026-01-09").stdout


@pytest.mark.parametrize(
    "command", [["check"], ["acknowledge"], ["show"], ["process", "--database", "sqlite:///r.db"], ["partner", "check"]]
)
def test_malformed_profiles_end_a_command_before_it_touches_a_document(named: dict[str, str], tmp_path: Path, command: list[str]) -> None:
    bad = str(folder(tmp_path / "bad", kai='charset = "X"'))
    target = [bad] if command == ["partner", "check"] else [named["file"], "--partners", bad]
    found = run(*command, *target)
    assert found.exit_code == 2 and not found.stdout
    assert "kai.toml: charset is “X”, expected one of" in found.stderr and "docs/partners.md" in found.stderr
    assert not (tmp_path / "r.db").exists()


def test_edi_partner_checks_lists_and_shows_profiles() -> None:
    path = str(PARTNERS)
    assert run("partner", "check", path).stdout == "3 profiles with 5 identifications: all can be used.\n"
    assert run("partner", "check", EDI_PARTNERS=path).exit_code == 0
    assert "Fjordhandel AS" in run("partner", "list", "--partners", path).stdout
    shown = json.loads(run("partner", "list", "--format", "json", EDI_PARTNERS=path).stdout)
    assert [entry["name"] for entry in shown] == ["Brume Éclairage", "Fjordhandel AS", "Zollkontor Averdieck"]
    assert shown[1]["checks"]["EDI-21.repertoire"] == "ignore"
    for name in ("DE8800771", "Zollkontor Averdieck"):
        assert "greatest_age_days  10" in run("partner", "show", name, EDI_PARTNERS=path).stdout


def test_edi_partner_says_what_is_missing() -> None:
    assert run("partner", "check").exit_code == 2
    assert "EDI_PARTNERS" in run("partner", "list").stderr
    assert "edi partner list" in run("partner", "show", "nobody", EDI_PARTNERS=str(PARTNERS)).stderr


# --- records and workers


def test_edi_process_stores_what_the_profile_makes_of_a_file(named: dict[str, str], sqlite_engine: Any) -> None:
    plain, tolerant = (COUNT_WRONG.replace(b"REF1", name) for name in (b"REF2", b"REF3"))
    for name, data in (("2.edi", plain), ("3.edi", tolerant)):
        Path(name).write_bytes(data)
    (rejected,) = runner.process_paths(sqlite_engine, ["2.edi"])
    assert rejected.verdict == "rejected"
    (accepted,) = runner.process_paths(sqlite_engine, ["3.edi"], partners=Path(named["partners"]), processes=2)
    assert accepted.verdict == "accepted"


def test_age_is_judged_by_the_time_of_receipt_and_not_by_the_clock(sqlite_engine: Any, tmp_path: Path) -> None:
    known = load(folder(tmp_path / "p", kai="[agreement]\ngreatest_age_days = 60"))
    fresh, old = (
        interchange(message(), unb=UNB.replace("260105", date).replace("REF1", date), unz=f"UNZ+1+{date}'") for date in ("260105", "251201")
    )
    numbers = arrive(sqlite_engine, fresh, old)  # on 2026-03-02
    outcomes = pipeline.process_receipts(sqlite_engine, numbers, profiles=known)
    assert [item.verdict for item in outcomes] == ["accepted", "rejected"]


def test_workers_take_the_folder_from_the_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder(tmp_path / "p", kai=TOLERANT)
    monkeypatch.setenv("EDI_PARTNERS", str(made))
    found = profiles_of(worker_settings.load_settings())
    assert found is load(made) and found.partners[0].name == "Kai"
    monkeypatch.delenv("EDI_PARTNERS")
    assert profiles_of(worker_settings.load_settings()) is None


def test_checking_without_profiles_reads_no_settings() -> None:
    invoked = "from typer.testing import CliRunner; from edi.cli import app; CliRunner().invoke(app, ['check', 'x'])"
    code = f"import sys; {invoked}; print('workers.settings' in sys.modules)"
    root = str(Path(__file__).parent.parent)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env={"PYTHONPATH": root}, check=True)
    assert done.stdout.strip() == "False"
