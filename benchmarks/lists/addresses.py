"""What is timed: the address by name, and the role of whoever opens it."""

CAMPAIGN_PAGES = {
    "board": "administrator",
    "plan": "administrator",
    "quality": "administrator",
    "settings": "administrator",
    "guideline": "administrator",
    "reviews": "adjudicator",
    "agreement": "adjudicator",
    "adjudication": "adjudicator",
    "reference": "adjudicator",
    "corrections": "adjudicator",
    "checks": "administrator",
}
LISTS = {
    "worklist": "reader",
    "campaigns": "administrator",
    "images": "adjudicator",
    "datasets": "data_scientist",
    "models": "data_scientist",
    "notices": "administrator",
    "webhooks": "administrator",
    "api-assignments": "reader",
    "api-mammograms": "adjudicator",
}
