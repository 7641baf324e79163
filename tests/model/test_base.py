"""Values that are made without validation are as those made with it."""

from integtest.model.http import Request

FIELDS = {"method": "GET", "url": "http://a.test/", "headers": (), "body": b""}


def test_a_value_made_of_its_fields_equals_one_that_was_validated():
    made = Request.of(dict(FIELDS))
    assert made == Request(**FIELDS)
    assert made.model_dump() == FIELDS
    assert made.model_fields_set == Request(**FIELDS).model_fields_set
    assert hash(made) == hash(Request(**FIELDS))


def test_a_changed_copy_leaves_all_others_alone():
    one, other = Request.of(dict(FIELDS)), Request.of(dict(FIELDS))
    copy = one.model_copy(update={"body": b"x"})
    copy.model_fields_set.clear()
    assert (one, one.model_fields_set) == (other, set(FIELDS))
    assert copy.body == b"x"
