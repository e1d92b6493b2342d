"""Addresses under /enterprise_requests/."""

from django.urls import path

from district.systems.enterprise_requests.pages import daily, desks, intake, visits

urlpatterns = [
    path("", desks.index, name="enterprise_requests"),
    path("desks/<slug:desk>/", desks.desk, name="enterprise_desk"),
    path("new/", intake.new_request, name="enterprise_new"),
    path("daily/", daily.report, name="enterprise_daily"),
    path("complaints/", desks.complaints, name="enterprise_complaints"),
    path("complaints/new/", intake.new_complaint, name="enterprise_complaint_new"),
    path("complaints/desks/<slug:desk>/", desks.complaint_desk, name="enterprise_complaint_desk"),
    path("visits/", visits.index, name="enterprise_visits"),
    path("visits/new/", visits.new_visit, name="enterprise_visit_new"),
    path("visits/<uuid:visit_id>/", visits.visit, name="enterprise_visit"),
    path("visits/<uuid:visit_id>/change/", visits.change_visit, name="enterprise_visit_change"),
]
