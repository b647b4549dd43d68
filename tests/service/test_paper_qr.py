"""The square code of a text is made once for all papers that bear it."""

from service.paper.qr import qr_code


def test_the_code_of_a_text_is_made_once_and_none_of_one_that_is_too_long() -> None:
    code = qr_code("a note")
    assert code is not None
    assert qr_code("a note") is code
    assert (code.error, code.is_micro) == ("M", False)
    assert qr_code("x" * 3000) is None
