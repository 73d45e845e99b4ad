"""Every name under which a session or a browser keeps something, so that no two are one by accident."""

BROWSER, OWN_KEY = "session.browser", "session.own_key"
"""Session: the name of its browser in the process's memory; the key by which its user ids are replaced."""

SCENARIOS = "simulate.book"
"""Session: the scenarios built on Simulering."""

AGENCY, MONTH = "agency", "month"
"""Session and address: the agency and the month that are looked at."""

KEPT_BOTH = "upload.kept_both"
"""Session: the dataset of which two files' rows for one month are both to stand."""

DATASETS, TRAIL, OWN, MAPPINGS, PLANS = "datasets", "trail", "own", "mappings", "plans"
"""Places of what a user gave: files read, the order they came in, price lists and agreements, mappings, budgets."""

WORK = "work"
"""Place of what is known of saved work: as it was last saved or opened, and what was there before."""

READ, RATED, OPENED, MONTHS_READ, OUTCOMES = "read", "rated", "opened", "months_read", "outcomes"
RATINGS, COMPARED, PICKABLE = "ratings", "compared", "pickable"
ESTIMATED = "estimated"
UNKNOWN, INVOICES, SHARES = "unknown", "invoices", "shares"
ACCOUNTS, CHANGED, BUDGETED = "accounts", "changed", "budgeted"
BILLS, CHECKED, PASSED_ON, POSTED = "bills", "checked", "passed_on", "posted"
ADVISED, ADVICE = "advised", "advice"
KNOWN, TESTED, CAUSES, YEARS = "known", "tested", "causes", "years"
REPORTED = "reported"
"""Places of what is worked out of it."""

NOTES = "notes"
"""Place of what a user has answered to advice."""
