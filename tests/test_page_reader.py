"""The reader of pages finds what people find, says what is there instead, and refuses broken HTML."""

import re

import pytest

from tests.page import BrokenPage, read

FORM = """<!doctype html><html lang="en"><head><title>Order a clip</title></head><body><main>
<h1>Order</h1>
<p>What  it
   costs: <b>60</b> cr</p>
<form id="order" method="post">
  <input type="hidden" name="key" value="k1">
  <label for="words">Prompt <span>12 characters</span></label>
  <textarea id="words" name="prompt" aria-invalid="true" aria-describedby="words-error">
A quiet sea</textarea>
  <p id="words-error">Say what is seen.</p>
  <fieldset><legend>Length</legend>
    <label><input type="radio" name="duration" value="5"> 5 s</label>
    <label><input type="radio" name="duration" value="10" checked> 10 s</label></fieldset>
  <label>Shape
    <select name="shape"><option value="a">Wide</option><option selected>Tall</option></select></label>
  <label><input type="checkbox" name="sound"> With sound</label>
  <label>Old <input name="old" value="x" disabled></label>
  <fieldset disabled><label>Off <input name="off" value="y"></label></fieldset>
  <button name="go" value="1">Generate</button>
</form>
<label>Takes <input type="number" name="takes" value="2" form="order"></label>
<table><tr><td>Anna</td><td><a href="/anna/">Open<img alt="her page" src="/i"></a></td></tr>
<tr><td>Ben</td><td><a href="/ben/">Open</a></td></tr></table>
<dl><div><dt>Cost</dt><dd>60 cr</dd></div><dt>Shape</dt><dd>9:16</dd></dl>
<div role="alert"></div><div role="alert">Not enough credits</div>
<p hidden>Nobody sees this</p><template><p>Nor this</p></template><script>let nor = "that";</script>
<dialog id="ask" aria-labelledby="ask-title"><h2 id="ask-title">Sure?</h2><button>Yes</button></dialog>
</main></body></html>"""


def test_text_is_what_is_seen():
    page = read(FORM)
    assert page.title == "Order a clip"
    assert "What it costs: 60 cr" in page
    for unseen in ("A quiet sea", "Wide", "Nobody", "Nor this", "that", "Sure?", "Order a clip"):
        assert unseen not in page
    assert "Shape Tall" in page


def test_parts_are_found_by_what_they_are_and_by_their_name():
    page = read(FORM)
    assert page.heading("Order").text == "Order"
    assert page.row("Anna").link("Open").href == "/anna/"
    assert page.row("Anna").link().name == "Open her page"
    assert page.row("Ben").cells == ["Ben", "Open"]
    assert page.names("link") == ["Open her page", "Open"]
    assert page.fact("Cost") == "60 cr"
    assert page.alert.text == "Not enough credits"
    assert page.group("Length").names("radio") == ["5 s", "10 s"]
    assert page.has("button", re.compile("^Gen"))
    assert not page.has("button", "Yes"), "in a dialog that nobody opened"
    assert page.dialog("Sure?").button("Yes")


def test_fields_have_labels_values_and_problems():
    page = read(FORM)
    assert page.field("Prompt").value == "A quiet sea"
    assert page.field("Prompt").problem == "Say what is seen."
    assert page.field("Shape").value == "Tall"
    assert page.field("Shape").options == ["Wide", "Tall"]
    assert page.field("10 s").is_checked
    assert not page.field("With sound").is_checked
    assert page.field("Takes").problem == ""
    assert page.field("Old").is_disabled
    assert page.field("Off").is_disabled


def test_a_form_sends_what_a_browser_would_send():
    page = read(FORM)
    assert page.part("order").sent == {
        "key": ["k1"],
        "prompt": ["A quiet sea"],
        "duration": ["10"],
        "shape": ["Tall"],
        "takes": ["2"],
    }


@pytest.mark.parametrize(
    ("look", "said"),
    [
        (lambda page: page.button("Cancel"), "'Generate'"),
        (lambda page: page.link("Open"), None),
        (lambda page: page.field("Sound effects"), "'With sound'"),
        (lambda page: page.fact("Price"), "'60 cr'"),
        (lambda page: page.part("no-such"), "words-error"),
        (lambda page: page.part("order")["hx-get"], "'method': 'post'"),
        (lambda page: page.heading("Order").alert, "it says 'Order'"),
        (lambda page: page.item(), "none; it says"),
    ],
)
def test_what_is_missing_fails_and_says_what_is_there(look, said):
    if said is None:
        assert look(read(FORM)).href == "/ben/", "the exact name goes before a longer one"
        return
    with pytest.raises(AssertionError, match=re.escape(said)):
        look(read(FORM))


def test_two_of_a_name_are_one_too_many():
    with pytest.raises(AssertionError, match="2 times a button 'Go'"):
        read("<p><button>Go</button><button>Go</button></p>").button("Go")


@pytest.mark.parametrize(
    ("html", "why"),
    [
        ("<div><p>One</p>", "<div> of line 1 is never closed"),
        ("<div>\n<b>bold</div>", "</div> in line 2 where <b> of line 2 is open"),
        ("<b><i>crossed</b></i>", "</b> in line 1"),
        ("<p>One</p></p>", "</p> in line 1 closes nothing"),
        ('<p id="a">One</p><p id="a">Two</p>', "the id 'a' is there 2 times"),
        ('<a href="/a" href="/b">Two ways</a>', "<a> of line 1 has 'href' twice"),
        ("<p><div>A block in a paragraph</div></p>", "unexpected-end-tag"),
        ("<a>An <a>anchor</a> in itself</a>", "<a> of line 1 is in another <a>"),
    ],
)
def test_broken_html_is_no_page(html, why):
    with pytest.raises(BrokenPage, match=re.escape(why)):
        read(html)


def test_rows_and_drawings_that_come_alone_are_whole():
    assert read('<tr id="a"><td>Anna</td></tr>').row("Anna").cells == ["Anna"]
    assert "Two" in read('<svg viewBox="0 0 1 1"><path d="M0 0"/></svg><p>One<br>Two</p>')
