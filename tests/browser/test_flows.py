"""The four flows, from the first click to the last, with two or three people at once, at a desk and with a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.hands import do, fill, form_of, in_days, number_in, post_task, said, settled
from tests.browser.site import PASSWORD

pytestmark = pytest.mark.browser
WIDTHS = pytest.mark.parametrize("phone", [False, True], ids=["1280", "390"])
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])


@WIDTHS
def test_tasks_change_hands_and_are_swapped(browse, site, phone):
    """An employee finds a small task and claims it in two taps, undoes it, claims another, and swaps it."""
    poster, anna, bram = (site.colleague(n) for n in (10, 11, 12))
    titles = [f"Klus {kind} {'telefoon' if phone else 'bureau'}" for kind in ("een", "twee", "drie")]
    author = browse(poster, phone=phone)
    first, second, third = (post_task(author, title) for title in titles)

    mine = browse(anna, phone=phone)
    mine.goto("/tasks?hours=4&sort=newest")
    card = mine.locator(f"#task-{first}")
    card.locator("form[action$='/claim'] button").click()
    mine.locator(f"#task-{first}[data-holder='{anna['id']}']").wait_for()
    assert "doet" in said(mine) or "doing" in said(mine)
    assert mine.evaluate(f"document.activeElement.closest('#task-{first}') !== null"), "focus stays in the card"
    mine.locator(f"#toasts form[action$='/tasks/{first}/undo'] button").click()
    mine.locator(f"#task-{first}[data-state='open']").wait_for()

    mine.locator(f"#task-{second} form[action$='/claim'] button").click()
    mine.locator(f"#task-{second}[data-holder='{anna['id']}']").wait_for()
    mine.goto(f"/tasks/{second}")
    do(mine, "/offer", kind="swap", wish="Iets buiten")
    mine.locator(f"#task-{second} >> text=Te ruil").or_(
        mine.locator(f"#task-{second} >> text=te ruil")
    ).first.wait_for()

    theirs = browse(bram, phone=phone)
    theirs.goto(f"/tasks/{first}")
    do(theirs, "/claim")
    settled(theirs, "task", "taken")
    theirs.goto(f"/tasks/{third}")
    do(theirs, "/claim")
    settled(theirs, "task", "taken")
    theirs.goto(f"/swaps/new?task={second}")
    fill(form_of(theirs, f"/swaps/new?task={second}"), mine=first)
    form_of(theirs, f"/swaps/new?task={second}").locator("button[type=submit]").click()
    swap = number_in(theirs)

    mine.goto(f"/swaps/{swap}")
    do(mine, "/counter", theirs=third)
    settled(mine, "swap", "countered")
    theirs.goto(f"/swaps/{swap}")
    do(theirs, "/accept")
    settled(theirs, "swap", "done")

    for page, task, holder in ((mine, third, anna), (theirs, second, bram)):
        page.goto(f"/tasks/{task}")
        expect(page.locator(f"#task-{task}")).to_have_attribute("data-holder", str(holder["id"]))
        page.goto("/")
        page.locator(f"a[href='/tasks/{task}']").first.wait_for()  # the other's work is on my desk


@WIDTHS
def test_losing_the_race_is_told_in_words(browse, site, phone):
    poster, anna, bram = (site.colleague(n) for n in (13, 14, 15))
    task = post_task(browse(poster), "Wie is er eerst")
    early, late = browse(anna, phone=phone), browse(bram, phone=phone)
    early.goto(f"/tasks/{task}")
    late.goto(f"/tasks/{task}")
    do(early, "/claim")
    settled(early, "task", "taken")
    do(late, "/claim")
    expect(late.locator("[role=alert]")).to_contain_text("net voor")
    expect(late.locator(f"#task-{task}")).to_have_attribute("data-holder", str(anna["id"]))


@WIDTHS
def test_an_issue_goes_from_question_to_lesson(browse, site, phone):
    author, trekker, deputy, hand, invited, other = (site.colleague(n) for n in range(20, 26))
    page = browse(author, phone=phone)
    page.goto("/issues/new")
    form = form_of(page, "/issues/new")
    fill(form, title="Waar blijft de bus", question="Hoe komen jongeren op school zonder bus?", theme="mobiliteit")
    form.locator("button[type=submit]").last.click()
    issue = number_in(page)
    do(page, "/seek", effect="Dat jongeren op tijd op school zijn.", role="together")
    settled(page, "issue", "seeking")

    lead = browse(trekker, phone=phone)
    lead.goto(f"/issues/{issue}")
    do(lead, "/lead")
    settled(lead, "issue", "forming")
    stand_in = browse(deputy, phone=phone)
    stand_in.goto(f"/issues/{issue}")
    do(stand_in, "/deputise")
    stand_in.locator(f"#issue-{issue} >> text={deputy['name']}").first.wait_for()

    seats = []
    for title in ("Schrijver", "Teller"):
        lead.goto(f"/seats/new?issue={issue}")
        form = form_of(lead, f"/seats/new?issue={issue}")
        fill(form, title=title, hours=2, until=in_days(90))
        form.locator("button[type=submit]").last.click()
        seats.append(f"/seats/{number_in(lead)}")
        lead.goto(f"/issues/{issue}")
        lead.locator(f"a[href='{seats[-1]}']:has-text('{title}')").first.wait_for()

    for person, words in ((hand, "Ik schrijf graag."), (other, "Ik ook.")):
        volunteer = browse(person, phone=phone)
        volunteer.goto(seats[0])
        do(volunteer, "/raise-hand", words=words)
        volunteer.locator("[id^='bid-'][data-state='raised']").wait_for()
    lead.goto(seats[1])
    do(lead, "/invite", whom=invited["id"], words="Jij telt goed.")
    lead.locator("[id^='bid-'][data-state='invited']").wait_for()
    guest = browse(invited, phone=phone)
    guest.goto(seats[1])
    do(guest, "/accept")
    guest.locator("[id^='bid-'][data-state='accepted']").wait_for()

    lead.goto(seats[0])
    chosen = lead.locator(f"[id^='bid-']:has-text('{hand['name']}')").first
    chosen.locator("form[action$='/accept'] button").click()
    lead.locator("[id^='seat-'][data-state='filled']").wait_for()
    lead.goto(seats[0])
    do(lead, "/decline", reply="Er was maar één plek; volgende keer graag.")
    lead.locator("[id^='bid-'][data-state='declined']").or_(lead.locator("#toasts .toast")).first.wait_for()
    declined = browse(other, phone=phone)
    declined.goto(seats[0])
    expect(declined.locator("main")).to_contain_text("volgende keer graag")

    lead.goto(f"/issues/{issue}")
    do(lead, "/start", round_ends=in_days(120), signs="minder te laat\nmeer fietsers")
    settled(lead, "issue", "running")
    do(lead, "/update", text="De eerste proef loopt.")
    lead.locator("#updates >> text=De eerste proef loopt.").first.wait_for()
    do(lead, "/finish", effect_seen="partly", lesson="Vraag het de chauffeur", lesson_text="Die weet wie er staat.")
    settled(lead, "issue", "finished")
    expect(lead.locator("#lessons")).to_contain_text("Vraag het de chauffeur")


@WIDTHS
@LANGUAGES
def test_a_pit_asks_the_lean_mechanic(browse, site, phone, language):
    helper = site.guide("lean")
    asker = site.colleague(30 + phone + 2 * (language == "en"))
    page = browse(asker, phone=phone, language=language)
    page.goto("/pitstops/new")
    line = page.locator("label:has-text('Lean-monteur') input, input[name=line_id]:has(+ label:has-text('Lean'))").first
    form = form_of(page, "/pitstops/new")
    fill(form, question="Een aanvraag gaat langs vijf bureaus. Hoe maken we dat korter?", readers="pit")
    line.check()
    form.locator("button[type=submit]").last.click()
    pitstop = number_in(page)
    settled(page, "pitstop", "asked")

    coach = browse(helper, phone=phone, language=language)
    coach.goto(f"/pitstops/{pitstop}")
    do(coach, "/pick-up")
    settled(coach, "pitstop", "picked-up")
    do(coach, "/plan", at=f"{in_days(3)}T10:30", place="Kamer 2")
    settled(coach, "pitstop", "planned")
    do(coach, "/answer", text="Begin met één bureau weglaten.")
    settled(coach, "pitstop", "answered")

    page.goto(f"/pitstops/{pitstop}")
    expect(page.locator("main")).to_contain_text("Begin met één bureau weglaten.")
    do(page, "/close", helped="yes")
    settled(page, "pitstop", "closed")


def test_everything_works_without_javascript(browse, site):
    poster, anna = site.colleague(40), site.colleague(41)
    author = browse(poster, script=False)
    author.goto("/tasks/new")
    form = form_of(author, "/tasks/new")
    fill(form, title="Zonder script", hours=3, due=in_days(9))
    form.locator("button[type=submit]").first.click()
    task = number_in(author)

    page = browse(anna, script=False)
    page.goto("/tasks?hours=4&sort=newest")
    page.locator(f"#task-{task} form[action$='/claim'] button").click()
    expect(page.locator(f"#task-{task}")).to_have_attribute("data-holder", str(anna["id"]))
    page.goto(f"/tasks/{task}")
    # a handover is asked: what is left out is said beside the field, and what was typed stays
    form = page.locator("form[action$='/release']")
    page.locator("details:has(form[action$='/release']) > summary").click()
    form.locator("[name=done]").fill("Drie van de tien")
    form.locator("button[type=submit]").click()
    form.locator(".utrecht-form-field-error-message").first.wait_for()
    expect(form.locator("[name=done]")).to_have_value("Drie van de tien")
    fill(form, left="Zeven gesprekken", tip="Bel voor tien uur", hours_left=2)
    form.locator("button[type=submit]").click()
    expect(page.locator(f"#task-{task}")).to_have_attribute("data-state", "open")
    expect(page.locator("main")).to_contain_text("Zeven gesprekken")


@pytest.mark.parametrize("script", [True, False])
def test_a_steward_opens_an_account_and_sees_its_password_once(browse, site, script):
    page = browse(site.guide("steward"), phone=script, script=script)
    page.goto("/people/new")
    form, email = form_of(page, "/people/new"), f"olga-{script}@voorbeeld.nl".lower()
    fill(form, name="Olga Nieuw", email=email, role="board", current="iets anders")
    form.locator("button[type=submit]").click()
    form.locator("#f-current-error").wait_for()
    expect(form.locator("[name=email]")).to_have_value(email)
    fill(form, current=PASSWORD)
    form.locator("button[type=submit]").click()
    first = page.locator("#password").inner_text()
    page.locator("a.back").click()
    do(page, "/reset-password", current=PASSWORD)
    expect(page.locator("#password")).not_to_have_text(first)
    second = page.locator("#password").inner_text()
    page.reload()
    expect(page.locator("article[id^=person-]")).to_be_visible()
    assert second not in page.content()
    hers = browse(None)
    hers.goto("/sign-in")
    fill(hers.locator("form[action='/sign-in']"), email=email, password=second)
    hers.locator("form[action='/sign-in'] button[type=submit]").click()
    hers.wait_for_url("**/account")


def test_the_filters_work_on_a_phone_without_javascript(browse, site):
    page = browse(site.colleague(45), phone=True, script=False)
    page.goto("/tasks")
    page.locator(".filters-open").click()
    page.locator("[name=hours][value='2']").check()
    page.locator(".filters-close").click()
    page.wait_for_url("**/tasks?**hours=2**")
    page.locator(".chip", has_text="2").first.wait_for()


def test_the_keyboard_is_enough(browse, site):
    poster, anna = site.colleague(42), site.colleague(43)
    task = post_task(browse(poster), "Met het toetsenbord")
    page = browse(anna)
    page.goto("/tasks?sort=newest")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "#main", "first comes the way past the menu"
    page.keyboard.press("Enter")
    button = page.locator(f"#task-{task} form[action$='/claim'] button")
    for _ in range(120):
        page.keyboard.press("Tab")
        if button.evaluate("button => button === document.activeElement"):
            break
    else:
        pytest.fail("the button is not reached with the keyboard")
    page.keyboard.press("Enter")
    page.locator(f"#task-{task}[data-state='taken']").wait_for()
    assert page.evaluate(f"document.activeElement.closest('#task-{task}') !== null")


def test_a_page_never_scrolls_sideways(browse, site):
    page = browse(site.colleague(44), phone=True)
    page.set_viewport_size({"width": 320, "height": 700})
    for path in (
        "/",
        "/tasks",
        "/tasks/1",
        "/tasks/new",
        "/issues",
        "/issues/1",
        "/pitstops",
        "/pitstops/new",
        "/pits/1",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path
