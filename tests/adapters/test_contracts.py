"""Contracts from wherever a user points: modules, pacts, folders of both, URLs."""

import importlib
import json
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from integtest.adapters import contract_url
from integtest.adapters.contracts import load, load_all
from integtest.adapters.files import atomic_write
from integtest.codecs import pact_v4
from integtest.errors import ContractError, IntegtestError, UnreadableFileError
from integtest.model.contract import Contract

MODULE = """
from integtest import Contract, GET, Reply
{name} = Contract(consumer="web", provider="{name}", kind="auth", env="URL", base="/v1")
reads = {name}.http("{does}", given="it exists", request=GET("/{path}"), reply=Reply(200))
"""


def module(name: str = "identity", does: str = "reads", path: str = "a") -> str:
    return MODULE.format(name=name, does=does, path=path)


def pact(*interactions: dict[str, Any], consumer: str = "web", provider: str = "api") -> bytes:
    document = {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions),
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }
    return json.dumps(document).encode()


def http(description: str, path: str = "/", **more: Any) -> dict[str, Any]:
    return {
        "description": description,
        "request": {"method": "GET", "path": path},
        "response": {"status": 200},
    } | more


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if entry])
    return tmp_path


def write(folder: Path, **files: str | bytes) -> None:
    """Files by path, "__" for a slash: text is a module, bytes are JSON."""
    for name, content in files.items():
        path = name.replace("____init__", "/<init>").replace("__", "/").replace("<init>", "__init__")
        suffix = ".json" if isinstance(content, bytes) else ".py"
        atomic_write(folder / f"{path}{suffix}", content.encode() if isinstance(content, str) else content)


def names(contracts: Any) -> list[tuple[str, int]]:
    return sorted((contract.info.provider, len(contract.interactions)) for contract in contracts)


def test_a_module_file_gives_its_contracts_built(here: Path) -> None:
    write(here, contracts__auth=module("identity") + module("audit"))
    found = load("contracts/auth.py")
    assert names(found) == [("audit", 1), ("identity", 1)]
    assert found[0].info.env == "URL"
    assert found[0].interactions[0].place.file == str(here / "contracts" / "auth.py")


def test_a_built_contract_in_a_module_counts_too(here: Path) -> None:
    write(here, a=module() + "built = identity.build()\ndel identity\n")
    assert names(load("a.py")) == [("identity", 1)]


def test_a_dotted_module_is_found_from_the_working_directory(here: Path) -> None:
    write(here, promises_of_web__auth=module())
    assert names(load("promises_of_web.auth")) == [("identity", 1)]


@pytest.mark.parametrize("packaged", [False, True])
def test_neighbours_can_be_imported_in_every_way(
    here: Path, packaged: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, elsewhere__contracts____init__="")
    monkeypatch.syspath_prepend(str(here / "elsewhere"))
    write(here, contracts__shared="NAME = 'identity'", contracts__sub__deep="PATH = 'a'")
    lines = (
        "from contracts.shared import NAME\nfrom .shared import NAME as again\nfrom shared import NAME as more\n"
    )
    write(here, contracts__auth=lines + "import contracts.sub.deep\n" + module())
    if packaged:
        write(here, contracts____init__="", contracts__sub____init__="")
    assert names(load("contracts/auth.py")) == [("identity", 1)]
    assert names(load("contracts")) == [("identity", 1)]


def test_a_package_inside_a_package_reaches_its_parent(here: Path) -> None:
    write(here, app____init__="", app__names="NAME = 1", app__contracts____init__="")
    write(here, app__contracts__auth="from ..names import NAME\nfrom app.names import NAME as again\n" + module())
    assert names(load("app/contracts/auth.py")) == [("identity", 1)]


def test_loading_leaves_no_trace_for_other_imports(here: Path) -> None:
    write(here, one__contracts__shared="WHO = 'one'", two__contracts__shared="WHO = 'two'")
    code = "from contracts.shared import WHO\nfrom integtest import Contract, GET, Reply\nc = Contract(consumer='web', provider=WHO)\nc.http('x', request=GET('/'), reply=Reply(200))\n"
    write(here, one__contracts__auth=code, two__contracts__auth=code)
    path, modules = list(sys.path), set(sys.modules)
    assert names(load("one/contracts/auth.py")) == [("one", 1)]
    assert names(load("two/contracts/auth.py")) == [("two", 1)]
    assert sys.path == path
    assert not [
        name for name in set(sys.modules) - modules if name.split(".")[0] in ("contracts", "shared", "auth")
    ]


def test_a_module_of_the_same_name_that_is_loaded_already_is_not_mistaken(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = type(sys)("contracts")
    stranger.__path__ = ["/nowhere"]  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "contracts", stranger)
    write(here, contracts__shared="", contracts__auth="import contracts.shared\n" + module())
    assert names(load("contracts/auth.py")) == [("identity", 1)]
    assert sys.modules["contracts"] is stranger


def test_namespace_packages_of_the_same_name_that_are_loaded_already_do_no_harm(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, elsewhere__promises__deep__er__x="", promises__auth=module())
    monkeypatch.syspath_prepend(str(here / "elsewhere"))
    importlib.import_module("promises.deep.er.x")
    try:
        assert names(load("promises/auth.py")) == [("identity", 1)]
        assert "promises.deep.er.x" in sys.modules
    finally:
        for name in ("promises", "promises.deep", "promises.deep.er", "promises.deep.er.x"):
            sys.modules.pop(name, None)


def test_a_module_that_changed_is_read_anew(here: Path) -> None:
    write(here, a=module(does="reads"))
    assert load("a.py")[0].interactions[0].description == "reads"
    write(here, a=module(does="reads something else"))
    assert load("a.py")[0].interactions[0].description == "reads something else"


BROKEN = {
    "an exception": ("def f():\n    raise KeyError('oops')\nf()\n", "KeyError: 'oops'", 2),
    "leaving": ("import sys\nsys.exit(3)\n", "SystemExit: 3", 2),
    "a base exception": ("raise BaseException('stop')\n", "BaseException: stop", 1),
    "a syntax error": ("x = 1\ndef f(:\n", "SyntaxError: invalid syntax", 2),
    "a missing package": ("\n\nimport no_such_package_at_all\n", "No module named 'no_such_package_at_all'", 3),
    "an error in a library": ("import json\njson.loads('{')\n", "JSONDecodeError", 2),
    "endless recursion": ("def f(): f()\nf()\n", "RecursionError", 1),
    "bytes": ("\x00", "SyntaxError", None),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_module_that_fails_to_import_is_one_error_with_its_own_lines(here: Path, name: str) -> None:
    code, reason, line = BROKEN[name]
    write(here, bad=code)
    with pytest.raises(ContractError) as caught:
        load("bad.py")
    assert "cannot be imported" in caught.value.message
    assert reason in caught.value.message
    assert "importlib" not in str(caught.value)
    assert "contract_module" not in str(caught.value)
    if line is not None:
        assert caught.value.place == f"{here / 'bad.py'}:{line}"
        assert str(here / "bad.py") in (caught.value.hint or "")


def test_ctrl_c_during_an_import_goes_through(here: Path) -> None:
    write(here, bad="raise KeyboardInterrupt\n")
    with pytest.raises(KeyboardInterrupt):
        load("bad.py")


def test_an_error_of_the_authoring_face_keeps_its_own_words(here: Path) -> None:
    write(here, bad="from integtest import Contract\nc = Contract(consumer='', provider='p')\n")
    with pytest.raises(ContractError, match="a contract needs a consumer"):
        load("bad.py")


@pytest.mark.parametrize(
    ("target", "reason", "kind"),
    [
        ("empty.py", "contains no contract", ContractError),
        ("nothing", "holds no contract", ContractError),
        ("none.py", "no such file or folder", UnreadableFileError),
        ("none/at/all", "no such file or folder", UnreadableFileError),
        ("none.json", "no such file or folder", UnreadableFileError),
        ("no_such_module_here", "there is no file, folder or module 'no_such_module_here'", ContractError),
        ("json.nothing_here", "there is no file, folder or module 'json.nothing_here'", ContractError),
        ("other.json", "is not a pact", UnreadableFileError),
        ("cut.json", "is not JSON", UnreadableFileError),
        ("http://", "names no host", UnreadableFileError),
        ("http://[::1", "is no URL", UnreadableFileError),
        ("http://127.0.0.1:0/pact", "cannot be fetched", UnreadableFileError),
    ],
)
def test_a_target_without_a_contract_is_one_error(
    here: Path, target: str, reason: str, kind: type[IntegtestError]
) -> None:
    write(here, empty="x = 1\n", other=b'{"name": "package"}', cut=b'{"consumer": ')
    (here / "nothing").mkdir()
    with pytest.raises(kind, match=reason) as caught:
        load(target)
    assert caught.value.place or target.count("_") or target.startswith("json")


def test_a_folder_gives_modules_and_pacts_of_all_levels(here: Path) -> None:
    write(here, contracts__auth=module("identity"), contracts__deep__er__more=module("audit"))
    write(here, contracts__pacts__web_api=pact(http("a")), contracts__package=b'{"name": "x"}')
    write(
        here, contracts____init__="", contracts___private="raise SystemExit", contracts__test_x="raise SystemExit"
    )
    write(here, contracts__conftest="raise SystemExit", contracts__shared="X = 1")
    write(here, contracts__approvals__one=b"not even JSON")
    loaded = load_all(["contracts"])
    assert names(loaded.contracts) == [("api", 1), ("audit", 1), ("identity", 1)]
    assert loaded.notes == ("contracts/package.json is no pact and was passed over",)
    assert loaded.findings == ()


def test_many_files_that_are_no_pacts_are_counted(here: Path) -> None:
    write(here, p__a=pact(http("a")), p__b=b"{}", p__c=b"[]", p__d=b"1", p__e=b'"x"')
    assert load_all(["p"]).notes == ("4 JSON files below p are no pacts and were passed over",)


def test_broken_json_in_a_folder_is_an_error(here: Path) -> None:
    write(here, contracts__a=pact(http("a")), contracts__cut=b'{"consumer": ')
    with pytest.raises(UnreadableFileError, match="is not JSON") as caught:
        load("contracts")
    assert (caught.value.place or "").startswith("contracts/cut.json")


def test_links_out_of_a_folder_are_not_followed(here: Path) -> None:
    write(here, outside__evil="raise SystemExit", contracts__a=pact(http("a")))
    (here / "contracts" / "evil.py").symlink_to(here / "outside" / "evil.py")
    assert names(load("contracts")) == [("api", 1)]


def test_a_file_named_twice_is_one_contract(here: Path) -> None:
    write(here, contracts__auth=module(), contracts__api=pact(http("a")))
    loaded = load_all(["contracts", "contracts/auth.py", str(here / "contracts" / "api.json"), "contracts"])
    assert names(loaded.contracts) == [("api", 1), ("identity", 1)]
    assert loaded.findings == ()


def test_the_same_contract_through_two_modules_is_one(here: Path) -> None:
    write(here, contracts__auth=module(), contracts__all="from .auth import identity\n")
    loaded = load_all(["contracts"])
    assert names(loaded.contracts) == [("identity", 1)]
    assert loaded.findings == ()


def test_two_files_of_one_pair_add_up(here: Path) -> None:
    write(here, p__a=pact(http("a"), http("b")), p__b=pact(http("b"), http("c")))
    write(here, p__m=module("identity", does="x"), p__n=module("identity", does="y"))
    loaded = load_all(["p"])
    assert names(loaded.contracts) == [("api", 3), ("identity", 2)]
    assert loaded.findings == ()


def test_the_same_description_in_another_state_is_another_interaction(here: Path) -> None:
    write(
        here,
        p__a=pact(http("a"), http("a", "/b", providerState="s")),
        p__b=pact(http("a", "/c", providerState="t")),
    )
    loaded = load_all(["p"])
    assert names(loaded.contracts) == [("api", 3)]
    assert loaded.findings == ()


def test_the_same_description_and_state_with_another_content_is_a_conflict(here: Path) -> None:
    write(here, p__a=pact(http("a")), p__b=pact(http("a", "/other")))
    loaded = load_all(["p"])
    assert names(loaded.contracts) == [("api", 1)]
    (finding,) = loaded.findings
    assert (finding.rule, finding.severity, finding.blame) == ("contract-conflict", "error", "contract")
    assert "p/a.json" in finding.message
    assert "p/b.json" in finding.message
    assert (finding.interaction, finding.location.file) == ("a", "p/b.json")
    with pytest.raises(ContractError, match="another content"):
        load("p")


def test_a_conflict_inside_one_file_is_found(here: Path) -> None:
    write(here, a=pact(http("a"), http("a", "/other")))
    assert [finding.rule for finding in load_all(["a.json"]).findings] == ["contract-conflict"]


def compiled(here: Path, keep: int = 9) -> Contract:
    contract = load("contracts/auth.py")[0]
    contract = contract.model_copy(update={"interactions": contract.interactions[:keep]})
    atomic_write(here / "contracts" / "pacts" / "web-identity.json", pact_v4.dumps(contract))
    return contract


TWO = module(does="one") + "identity.http('two', request=GET('/two'), reply=Reply(200))\n"


@pytest.mark.parametrize("keep", [2, 1])
def test_a_module_and_its_pact_are_one_contract_judged_by_the_module(here: Path, keep: int) -> None:
    write(here, contracts__auth=TWO)
    compiled(here, keep)
    loaded = load_all(["contracts"])
    assert names(loaded.contracts) == [("identity", 2)]
    assert loaded.findings == ()


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (module(does="one", path="changed"), "'one' has changed, and 1 more"),
        (module(does="one"), "'two' is no longer promised"),
        (TWO.replace('env="URL"', 'env="OTHER"'), "its kind, env or base is another"),
    ],
)
def test_a_pact_that_no_longer_says_the_same_is_a_warning(here: Path, now: str, reason: str) -> None:
    write(here, contracts__auth=TWO)
    compiled(here)
    write(here, contracts__auth=now)
    loaded = load_all(["contracts"])
    (finding,) = loaded.findings
    assert (finding.rule, finding.severity, finding.blame) == ("pact-stale", "warning", "contract")
    assert reason in finding.message
    assert finding.location.file == "contracts/pacts/web-identity.json"
    assert len(loaded.contracts) == 1
    assert load("contracts")


class Answers(BaseHTTPRequestHandler):
    seen: list[str | None] = []

    def do_GET(self) -> None:
        type(self).seen.append(self.headers.get("Authorization"))
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/pact")
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/pact")
        elif self.path in ("/pact", "/big", "/html"):
            self.send_response(200)
        else:
            self.send_response(404)
        self.end_headers()
        bodies = {"/pact": pact(http("a")), "/html": b"<html>", "/big": b"x" * 5000}
        self.wfile.write(bodies.get(self.path, b""))

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    Answers.seen = []
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"127.0.0.1:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def test_a_pact_is_fetched_from_a_url_and_over_a_redirect(server: str) -> None:
    for path in ("pact", "moved"):
        (found,) = load(f"http://{server}/{path}")
        assert (found.info.provider, found.place.file) == ("api", f"http://{server}/{path}")


def test_credentials_in_a_url_are_sent_and_never_shown(server: str) -> None:
    (found,) = load(f"http://user:s%3Ahush7@{server}/pact")
    assert Answers.seen == ["Basic dXNlcjpzOmh1c2g3"]
    assert "hush7" not in repr(found)
    with pytest.raises(UnreadableFileError) as caught:
        load(f"http://user:s%3Ahush7@{server}/none")
    assert "hush7" not in str(caught.value)


@pytest.mark.parametrize(
    ("path", "reason"), [("none", "answers 404 Not Found"), ("html", "is not JSON"), ("away", "ftp")]
)
def test_a_url_without_a_pact_is_one_error(server: str, path: str, reason: str) -> None:
    with pytest.raises(UnreadableFileError, match=reason) as caught:
        load(f"http://{server}/{path}")
    assert (caught.value.place or "").startswith(f"http://{server}/")


def test_a_url_that_answers_too_much_or_not_at_all_is_one_error(server: str) -> None:
    with pytest.raises(UnreadableFileError, match="is too large"):
        contract_url.fetch(f"http://{server}/big", limit=1000)
    silent = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    try:
        with pytest.raises(UnreadableFileError, match=r"does not answer within 0\.2 s"):
            contract_url.fetch(f"http://127.0.0.1:{silent.server_address[1]}/", timeout=0.2)
    finally:
        silent.server_close()
