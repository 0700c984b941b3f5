"""Addresses of the pages; one template per view file, same name."""

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, path

from annotations.views.account import LogInView
from annotations.views.adjudication import campaign_adjudication, find_disagreements, undo_decision
from annotations.views.campaign_agreement import (
    agreement_comparisons,
    agreement_figures,
    campaign_agreement,
    compare_readings,
    send_cases,
)
from annotations.views.campaign_board import campaign_board, give_exam
from annotations.views.campaign_checks import campaign_checks
from annotations.views.campaign_corrections import (
    campaign_corrections,
    corrections_table,
    next_correction,
)
from annotations.views.campaign_plan import campaign_plan
from annotations.views.campaign_quality import campaign_quality
from annotations.views.campaign_reviews import campaign_reviews
from annotations.views.campaign_settings import campaign_settings
from annotations.views.campaigns import campaigns
from annotations.views.comparison import comparison
from annotations.views.correction import correction, start_correction
from annotations.views.dataset_version import dataset_version, freeze
from annotations.views.datasets import datasets, open_dataset_version
from annotations.views.errors import no_such_api_address
from annotations.views.exam_end import grade, skip
from annotations.views.exam_review import exam_review
from annotations.views.guideline import guideline
from annotations.views.images import images
from annotations.views.inference_batch import cancel_batch, inference_batch
from annotations.views.inference_batches import inference_batches
from annotations.views.intake import intake
from annotations.views.model_comparison import cancel_model_comparison, model_comparison
from annotations.views.model_comparisons import model_comparisons
from annotations.views.model_version import change_state, model_version
from annotations.views.models import models
from annotations.views.next_exam import next_exam
from annotations.views.notices import notices
from annotations.views.reference_standard import build, campaign_reference, sign
from annotations.views.review_changes import review_changes
from annotations.views.training import read_again
from annotations.views.training_run import cancel_training, training_run
from annotations.views.training_runs import training_runs
from annotations.views.viewer import read_exam, viewer
from annotations.views.webhooks import end_one_webhook, send_notice_again, webhooks
from annotations.views.worklist import worklist, worklist_done

urlpatterns: list[URLPattern] = [
    path("", worklist, name="worklist"),
    path("worklist/<uuid:campaign_id>/done/", worklist_done, name="worklist_done"),
    path("login/", LogInView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("assignments/<uuid:assignment_id>/read/", read_exam, name="read_exam"),
    path("assignments/<uuid:assignment_id>/again/", read_again, name="read_again"),
    path("assignments/<uuid:assignment_id>/skip/", skip, name="skip_exam"),
    path("assignments/<uuid:assignment_id>/grade/", grade, name="grade_exam"),
    path("next/", next_exam, name="next_exam"),
    path("read/<uuid:annotation_id>/", viewer, name="viewer"),
    path("campaigns/", campaigns, name="campaigns"),
    path("campaigns/<uuid:campaign_id>/", campaign_board, name="campaign_board"),
    path("campaigns/<uuid:campaign_id>/give/", give_exam, name="give_exam"),
    path("campaigns/<uuid:campaign_id>/settings/", campaign_settings, name="campaign_settings"),
    path("campaigns/<uuid:campaign_id>/reviews/", campaign_reviews, name="campaign_reviews"),
    path("campaigns/<uuid:campaign_id>/reviews/changes/", review_changes, name="review_changes"),
    path(
        "campaigns/<uuid:campaign_id>/reviews/<uuid:assignment_id>/",
        exam_review,
        name="exam_review",
    ),
    path("campaigns/<uuid:campaign_id>/guideline/", guideline, name="campaign_guideline"),
    path("campaigns/<uuid:campaign_id>/plan/", campaign_plan, name="campaign_plan"),
    path("campaigns/<uuid:campaign_id>/agreement/", campaign_agreement, name="campaign_agreement"),
    path(
        "campaigns/<uuid:campaign_id>/agreement/compare/", compare_readings, name="campaign_compare_readings"
    ),
    path("campaigns/<uuid:campaign_id>/agreement/send/", send_cases, name="campaign_send_cases"),
    path(
        "campaigns/<uuid:campaign_id>/agreement/figures.csv",
        agreement_figures,
        name="campaign_agreement_figures",
    ),
    path(
        "campaigns/<uuid:campaign_id>/agreement/comparisons.csv",
        agreement_comparisons,
        name="campaign_agreement_comparisons",
    ),
    path("campaigns/<uuid:campaign_id>/adjudication/", campaign_adjudication, name="campaign_adjudication"),
    path(
        "campaigns/<uuid:campaign_id>/adjudication/search/",
        find_disagreements,
        name="campaign_find_disagreements",
    ),
    path("campaigns/<uuid:campaign_id>/adjudication/undo/", undo_decision, name="campaign_undo_adjudication"),
    path("campaigns/<uuid:campaign_id>/reference/", campaign_reference, name="campaign_reference"),
    path("campaigns/<uuid:campaign_id>/reference/build/", build, name="campaign_build_reference"),
    path("campaigns/<uuid:campaign_id>/reference/sign/", sign, name="campaign_sign_off"),
    path("campaigns/<uuid:campaign_id>/checks/", campaign_checks, name="campaign_checks"),
    path("campaigns/<uuid:campaign_id>/quality/", campaign_quality, name="campaign_quality"),
    path("campaigns/<uuid:campaign_id>/corrections/", campaign_corrections, name="campaign_corrections"),
    path("campaigns/<uuid:campaign_id>/corrections/next/", next_correction, name="next_correction"),
    path("campaigns/<uuid:campaign_id>/corrections/table.csv", corrections_table, name="corrections_table"),
    path("images/", images, name="images"),
    path("intake/", intake, name="intake"),
    path("annotations/<uuid:annotation_id>/correct/", start_correction, name="start_correction"),
    path("corrections/<uuid:run_id>/", correction, name="correction"),
    path("compare/", comparison, name="comparison"),
    path("models/", models, name="models"),
    path("models/batches/", inference_batches, name="inference_batches"),
    path("models/batches/<uuid:batch_id>/", inference_batch, name="inference_batch"),
    path("models/batches/<uuid:batch_id>/cancel/", cancel_batch, name="cancel_inference_batch"),
    path("models/compare/", model_comparisons, name="model_comparisons"),
    path("models/compare/<uuid:run_id>/", model_comparison, name="model_comparison"),
    path("models/compare/<uuid:run_id>/cancel/", cancel_model_comparison, name="cancel_model_comparison"),
    path("models/training/", training_runs, name="training_runs"),
    path("models/training/<uuid:run_id>/", training_run, name="training_run"),
    path("models/training/<uuid:run_id>/cancel/", cancel_training, name="cancel_training"),
    path("models/<uuid:model_version_id>/", model_version, name="model_version"),
    path("models/<uuid:model_version_id>/state/", change_state, name="change_model_state"),
    path("notices/", notices, name="notices"),
    path("webhooks/", webhooks, name="webhooks"),
    path("webhooks/<uuid:webhook_id>/end/", end_one_webhook, name="end_webhook"),
    path("webhooks/deliveries/<uuid:delivery_id>/again/", send_notice_again, name="send_notice_again"),
    path("datasets/", datasets, name="datasets"),
    path("datasets/<slug:name>/", open_dataset_version, name="open_dataset_version"),
    path("datasets/<slug:name>/<int:number>/", dataset_version, name="dataset_version"),
    path("datasets/<slug:name>/<int:number>/freeze/", freeze, name="freeze_dataset_version"),
    # Reached only where no route of the API matched.
    path("api/<path:rest>", no_such_api_address),
]
