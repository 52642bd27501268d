"""Partners beyond UNB: identifiers, wishes, quotas and channels are checked; a new partner is written whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from edi.cli import app
from edi.partner_channels import is_vat
from edi.partner_files import WrongProfiles, load
from edi.partner_writing import add
from edi.profiles import Channels, PartnerIdentifier
from tests.profiles_help import folder

GLN, OTHER_GLN = "9520000071004", "9520000000011"


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EDI_PARTNERS", raising=False)


def problems(path: Path, **files: str) -> list[str]:
    with pytest.raises(WrongProfiles) as wrong:
        load(folder(path, **files))
    return wrong.value.problems


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('gln = "9520000071005"', "kai.toml: gln is “9520000071005”, expected a GLN of 13 digits with its check digit"),
        ('gln = ["9520000071004", "12"]', "kai.toml: gln is “12”"),
        ("gln = 9520000071004", "kai.toml: gln is 9520000071004"),
        ('vat = "DE136695975"', "kai.toml: vat is “DE136695975”, expected a VAT number"),
        ('vat = "136695976"', "kai.toml: vat is"),
        ('eori = "D8800771"', "kai.toml: eori is"),
        ('eori = "DE88007711234567890"', "kai.toml: eori is"),
        ('peppol = "0088:9520000071005"', "kai.toml: peppol is"),
        ('peppol = "iso6523-actorid-upis::0088:9520000071004"', "kai.toml: peppol is"),
        ('[agreement]\nformats = ["UBL Order"]', "kai.toml: agreement.formats is “UBL Order”, expected XML formats"),
        ("[agreement]\nlargest_file = 0", "kai.toml: agreement.largest_file is 0, expected a whole number from 1"),
        ("[agreement]\nfiles_per_day = -1", "kai.toml: agreement.files_per_day is -1"),
        ('[agreement]\nacknowledge = "sometimes"', "kai.toml: agreement.acknowledge is “sometimes”, expected one of asked, always, errors"),
        ('[agreement]\nsalvage = "no"', "kai.toml: agreement.salvage is “no”, expected true or false"),
        ('[channels]\nanswers = "mail"', "kai.toml: channels.answers is “mail”, expected folder, queue:NAME, or an https address"),
        *(
            (f'[channels]\nanswers = "{wrong}"', "kai.toml: channels.answers is")
            for wrong in (
                *("queue:", "queue:../x", "queue:a b", "http://partner.example/", "https://user:word@partner.example/", "https://"),
                *(
                    "https://partner.example/#a",
                    "https://partner.example:no/",
                    "ftp://partner.example/",
                    "https://[::1",
                    "file:///etc/passwd",
                ),
            )
        ),
        ('[channels]\nanswers = "https://x.example/"\ntoken = "secret"', "kai.toml: channels.token is no key of a profile here"),
        ('[channels]\nanswers = "https://x.example/"\ntoken_variable = "A B"', "kai.toml: channels.token_variable is “A B”"),
        ('[channels]\nanswers = "folder"\ntoken_variable = "A"', "kai.toml: channels.token_variable belongs to an https address"),
    ],
)
def test_what_is_wrong_is_said_with_key_and_what_was_expected(tmp_path: Path, text: str, said: str) -> None:
    found = problems(tmp_path / "p", kai=text)
    assert any(line.startswith(said) for line in found), found


@pytest.mark.parametrize(
    ("number", "fits"), [("EL094259216", True), ("XI123456789", False), ("CHE107787577MWST", True), ("de136695976", False)]
)
def test_vat_numbers_of_the_union_are_checked_in_full_and_others_by_their_form(number: str, fits: bool) -> None:
    assert is_vat(number) is fits


def test_a_profile_knows_all_names_of_its_partner(tmp_path: Path) -> None:
    text = f"""name = "Nord"
        gln = ["{GLN}", "{OTHER_GLN}"]
        vat = "DE136695976"
        peppol = "0192:ABC"
        identifications = [{{ id = "{OTHER_GLN}" }}]
        [channels]
        answers = "https://nord.example:8443/answers?to=us"
        token_variable = "NORD_TOKEN"
    """
    known = load(folder(tmp_path / "p", nord=text))
    (nord,) = known.partners
    assert nord.key == "nord" and known.on_channel("nord") is nord and known.on_channel("kai") is known.on_channel(None) is None
    assert [str(name) for name in nord.identifications] == [OTHER_GLN, f"{GLN} (14)"]
    assert known.of(GLN, "14") is nord and known.of(GLN, "ZZ") is known.stranger
    assert known.holder(PartnerIdentifier("peppol", "0192:abc")) is nord
    assert nord.channels == Channels("https://nord.example:8443/answers?to=us", "NORD_TOKEN")


def test_an_identifier_belongs_to_one_partner(tmp_path: Path) -> None:
    files = {name: f'name = "{name}"\neori = "DE1"\npeppol = "0192:{value}"' for name, value in (("one", "a"), ("two", "A"))}
    found = problems(tmp_path / "p", **files)
    assert [line.split(" has ")[0] for line in found] == ["two.toml: eori", "two.toml: peppol"]


@pytest.mark.parametrize("name", ["Kai.toml", "k ai.toml", "_kai.toml", f"{'k' * 65}.toml", "käi.toml"])
def test_the_name_of_a_file_must_be_able_to_name_a_drop_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(WrongProfiles, match="is no name for a profile"):
        load(folder(tmp_path / "p", name=name, kai=""))


# --- a new partner


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["partner", *arguments, "--partners", "p"], env={"COLUMNS": "200"})


def test_edi_partner_add_writes_a_profile_that_list_and_show_understand(tmp_path: Path) -> None:
    made = folder(tmp_path / "p", kai="")
    found = run(
        *("add", "nord", "--name", 'Nord "Süd" AS', "--gln", GLN, "--unb", "NORD:ZZ", "--unb", "NORDER", "--vat", "DE136695976"),
        *("--message", "INVOIC D.96A EAN008", "--xml", "UBL", "--answers", "https://nord.example/", "--token-variable", "NORD_TOKEN"),
    )
    assert found.exit_code == 0 and "was written" in found.stdout
    assert sorted(path.name for path in made.iterdir()) == ["kai.toml", "nord.toml"]
    nord = load(made).on_channel("nord")
    assert nord is not None and nord.name == 'Nord "Süd" AS'
    assert [str(name) for name in nord.identifications] == ["NORD (ZZ)", "NORDER", f"{GLN} (14)"]
    assert (nord.agreement.formats, [str(kind) for kind in nord.agreement.messages]) == (("UBL",), ["INVOIC D.96A EAN008"])
    for name in ("nord", GLN, "DE136695976"):
        assert "NORD_TOKEN" in run("show", name).stdout
    assert [entry["key"] for entry in json.loads(run("list", "--format", "json").stdout)] == ["kai", "nord"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kai", "--name", "Kai", "--gln", GLN), "kai.toml is there already"),
        (("house", "--name", "House", "--gln", GLN), "is no key of a partner"),
        (("../nord", "--name", "Nord", "--gln", GLN), "is no key of a partner"),
        (("nord", "--name", "Nord"), "nord.toml: identifications is missing"),
        (("nord", "--name", "Nord", "--gln", "1"), "nord.toml: gln is “1”"),
        (("nord", "--name", "Nord\x07", "--gln", GLN), "nord.toml: name is"),
        (("nord", "--name", "Nord", "--unb", "5412345000013:14"), "which kai.toml claims too"),
        (("nord", "--name", "Nord", "--gln", GLN, "--answers", "mail"), "nord.toml: channels.answers is “mail”"),
    ],
)
def test_edi_partner_add_writes_nothing_that_cannot_be_used_and_overwrites_nothing(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    made = folder(tmp_path / "p", kai="")
    before = (made / "kai.toml").read_bytes()
    found = run("add", *arguments)
    assert found.exit_code == 2 and said in found.stderr
    assert [path.name for path in made.iterdir()] == ["kai.toml"] and (made / "kai.toml").read_bytes() == before
    assert list(tmp_path.iterdir()) == [made]


def test_a_file_that_appears_while_a_partner_is_added_is_not_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = folder(tmp_path / "p", kai="")

    def slow(where: Path, beside: dict[str, Path]) -> None:
        (where / next(iter(beside))).write_text("theirs", encoding="utf-8")

    monkeypatch.setattr("edi.partner_writing.load_beside", slow)
    with pytest.raises(WrongProfiles, match="there already"):
        add(made, "nord", "ours")
    assert (made / "nord.toml").read_text(encoding="utf-8") == "theirs"
