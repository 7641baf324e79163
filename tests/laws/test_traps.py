"""Each measured trap of Pact's tools and of vcrpy is held shut by a test that stands here by name."""

from __future__ import annotations

import ast

import pytest
from house import ROOT

_V = "flows/verify/test_pact_traps.py"
_L = "flows/verify/test_live.py"
_E = "adapters/test_pact_engine.py"
_P = "adapters/test_pacts.py"
_S = "adapters/wire/test_stub.py"
_T = "adapters/tape/test_tape.py"
_I = "adapters/interceptor/test_every_client.py"
_TH = "adapters/interceptor/test_threads.py"
_M = "authoring/test_models.py"
_B = "rules/match/test_bodies.py"
_RP = "rules/replay/test_library.py"
_C = "codecs/test_cassette_yaml.py"
_CP = "codecs/test_cassette_peers.py"
_PC = "pytest_plugin/test_consumer.py"

TRAPS = {
    # Pact's verifier
    "a state handler that raises is retried for two minutes": f"{_V}::test_a_state_handler_that_raises_is_called_once_and_told_at_once",
    "a missing state is retried for two minutes": f"{_V}::test_a_state_that_no_handler_knows_is_told_at_once",
    "async state handlers are never awaited and it passes": f"{_V}::test_async_state_handlers_are_awaited",
    "values of Python state handlers are dropped": f"{_V}::test_values_of_state_handlers_reach_the_request",
    "a verifier without a source passes": f"{_V}::test_a_run_without_a_source_is_no_pass",
    "the provider's name is not checked": f"{_V}::test_a_provider_whose_name_no_contract_has_is_no_pass",
    "the request and the actual reply are hidden": f"{_V}::test_the_request_sent_and_the_actual_reply_are_shown",
    "the handler's exception is hidden": f"{_L}::test_a_failing_state_fails_its_interaction_alone_and_nothing_is_sent",
    "no request filter": f"{_V}::test_interactions_can_be_chosen_one_by_one",
    "it prints to file descriptor 1": f"{_V}::test_nothing_is_printed",
    "no dynamic credentials": f"{_V}::test_dynamic_credentials_come_from_a_hook",
    "it reports over the network": f"{_E}::test_nothing_is_reported_to_anyone_about_its_use",
    "one interaction after another": f"{_L}::test_unstateful_interactions_run_at_once_and_stateful_ones_alone",
    "a connection for each request": f"{_V}::test_connections_are_kept_where_pact_opens_one_for_each_request",
    "a message's handler has its reply unchecked": f"{_V}::test_messages_are_asked_of_python_functions",
    # Pact's engine
    "a forked child crashes its parent": f"{_E}::test_a_child_forked_while_others_match_can_match_too",
    "more than 65,535 handles hang": f"{_E}::test_more_bodies_than_the_engine_has_handles_for_are_made_and_each_keeps_its_own_rules",
    "unexpected keys of a request are accepted": f"{_B}::test_a_request_may_not_hold_keys_that_nobody_promised_and_a_reply_may",
    "an empty body is a TypeError": f"{_B}::test_what_is_promised_of_no_body_is_no_body_and_of_a_missing_one_nothing",
    "an unknown rule is passed over": f"{_E}::test_a_rule_that_the_engine_cannot_apply_is_refused_with_its_path_and_never_passes",
    "what Pact cannot say is accepted": f"{_M}::test_each_kind_has_its_rules_takes_what_is_good_and_refuses_what_is_not",
    "keys that a path cannot name": f"{_M}::test_keys_that_a_pact_path_cannot_name_are_left_to_the_schema",
    "PACT_MATCHING_ENGINE=v2 accepts wrongly": "laws/test_traps.py::test_no_variable_changes_how_the_engine_judges",
    # Pact's mock server and files
    "a served pact takes no new interactions": f"{_S}::test_expecting_and_resetting_start_the_count_anew",
    "the mock server outlives its test": f"{_PC}::test_the_stub_is_closed_when_its_test_ends",
    "a mismatch replaces the test's own exception": f"{_PC}::test_an_exception_of_the_test_is_never_hidden_by_a_mismatch",
    "the mock server slows with each interaction": "adapters/wire/test_stub_index.py::test_one_of_a_thousand_is_found_without_asking_the_others",
    "a merge silently replaces the same description": "adapters/test_contracts.py::test_the_same_description_and_state_with_another_content_is_a_conflict",
    "stale interactions are never deleted": f"{_P}::test_what_nobody_declares_any_more_is_pruned",
    "parallel writers lose interactions": f"{_P}::test_processes_that_prove_different_interactions_lose_none",
    # vcrpy
    "the body is ignored in matching": f"{_RP}::test_another_request_is_not_found",
    "multipart never matches": f"{_RP}::test_multipart_is_found_whatever_its_boundary",
    "metadata crashes pytest-recording": f"{_CP}::test_pytest_recording_loads_what_we_wrote",
    "extra keys in a request crash loading": f"{_CP}::test_every_cassette_of_others_survives_our_writing_for_both",
    "streams are joined into one chunk": f"{_I}::test_frames_are_replayed_one_by_one",
    "streams are buffered while recording": f"{_I}::test_frames_reach_the_program_while_they_are_recorded",
    "compressed bodies replay wrongly": f"{_I}::test_compressed_bodies_are_kept_as_they_came",
    "more than 100 headers": f"{_I}::test_more_headers_than_a_parser_allows_are_replayed",
    "time-outs and refusals are not recorded": f"{_I}::test_a_recorded_refusal_is_replayed",
    "threads mix their cassettes": f"{_TH}::test_eight_threads_with_their_own_tapes_never_mix",
    "tasks mix their cassettes": f"{_TH}::test_two_hundred_tasks_with_their_own_tapes_never_mix",
    "readers see a part of a file": "adapters/test_files.py::test_readers_never_see_a_part_while_others_write",
    "processes overwrite each other": f"{_T}::test_several_processes_record_into_one_cassette",
    "nothing is filtered by default": f"{_T}::test_nothing_secret_reaches_the_disk_not_even_in_the_journal",
    "a killed recorder loses everything": f"{_T}::test_a_killed_recorder_loses_nothing",
    "Python tags make objects": f"{_C}::test_a_tag_that_asks_for_an_object_is_refused_by_name_and_line",
    "replays past the end go on": f"{_RP}::test_recordings_of_one_request_play_in_order_and_each_once",
    "an executor sees an empty context": f"{_TH}::test_executors_carry_the_tape_of_each_job_not_of_their_workers",
    "pytest-recording's options clash": "pytest_plugin/test_cassettes.py::test_beside_pytest_recording_its_own_marker_stays_its_own",
}  # fmt: skip


@pytest.mark.parametrize("trap", TRAPS)
def test_the_test_that_holds_a_trap_shut_exists(trap):
    file, _, name = TRAPS[trap].partition("::")
    tree = ast.parse((ROOT / "tests" / file).read_text())
    functions = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
    assert name in functions


def test_no_variable_changes_how_the_engine_judges(tmp_path):
    """`PACT_MATCHING_ENGINE=v2` chooses another engine of Pact's, which accepts what it must not."""
    import os
    import subprocess
    import sys

    code = (
        "import json; from integtest.wiring import judge; from integtest.codecs.pact_v4 import loads\n"
        "from integtest.model.http import Place, Response\n"
        "rules = {'body': {'$.a': {'combine': 'AND', 'matchers': [{'match': 'integer'}]},"
        " '$.b': {'combine': 'AND', 'matchers': [{'match': 'type', 'min': 2}]}}}\n"
        "body = {'content': {'a': 1, 'b': [1, 2], 'c': {'d': 'x'}}, 'contentType': 'application/json', 'encoded': False}\n"
        "pact = {'consumer': {'name': 'c'}, 'provider': {'name': 'p'}, 'metadata': {'pactSpecification':"
        " {'version': '4.0'}}, 'interactions': [{'type': 'Synchronous/HTTP', 'description': 'd', 'request': {'path': '/'},"
        " 'response': {'status': 200, 'body': body, 'matchingRules': rules}}]}\n"
        "one = loads(json.dumps(pact).encode(), Place(file='p')).interactions[0]\n"
        "judged = judge().response(one.response)\n"
        'for said in (b\'{"a": 2, "b": [3, 4], "c": {"d": "x"}}\', b\'{"a": "2", "b": [3], "c": {}}\'):\n'
        "    reply = Response(status=200, headers=(('content-type', 'application/json'),), body=said)\n"
        "    print(sorted(m.path for m in judged.judge(reply).mismatches))\n"
    )
    ran = {
        value: subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PACT_MATCHING_ENGINE": value}, cwd=ROOT,
            capture_output=True, text=True, check=False,
        )
        for value in ("v1", "v2")
    }  # fmt: skip
    assert ran["v1"].stdout.splitlines()[0] == "[]", ran["v1"].stderr
    assert len(ran["v1"].stdout.splitlines()[1]) > 5
    assert ran["v1"].stdout == ran["v2"].stdout
