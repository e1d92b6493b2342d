"""Addresses under /investment_promotion/."""

from django.urls import path

from district.systems.investment_promotion.pages import (
    figures,
    journeys,
    landing,
    projects,
    space,
    trips,
)

urlpatterns = [
    path("", figures.overview_page, name="investment_promotion"),
    path("conversion/", figures.conversion_page, name="investment_conversion"),
    path("weekly/", figures.weekly_page, name="investment_weekly"),
    path("projects/", projects.index, name="investment_projects"),
    path("projects/new/", projects.new, name="investment_project_new"),
    path("projects/<uuid:key>/", projects.project, name="investment_project"),
    path("projects/<uuid:key>/change/", projects.change, name="investment_project_change"),
    path("projects/<uuid:key>/contacts/", projects.contacts, name="investment_contacts"),
    path("projects/<uuid:key>/contacts/new/", projects.contact_new, name="investment_contact_new"),
    path("projects/<uuid:key>/sign/", landing.sign, name="investment_sign"),
    path("projects/<uuid:key>/register/", landing.register, name="investment_register"),
    path("projects/<uuid:key>/verify/", landing.verify, name="investment_verify"),
    path("projects/<uuid:key>/space/", space.page, name="investment_space"),
    path("projects/<uuid:key>/space/ask/", space.ask, name="investment_space_ask"),
    path("projects/<uuid:key>/space/offer/", space.offer, name="investment_space_offer"),
    path("projects/<uuid:key>/land/offer/", space.offer_land, name="investment_land_offer"),
    path("desks/<slug:desk>/", projects.desk, name="investment_desk"),
    path("visits/", journeys.index, name="investment_visits"),
    path("visits/calendar/", journeys.calendar, name="investment_calendar"),
    path("visits/new/", journeys.new, name="investment_visit_new"),
    path("visits/<uuid:key>/", journeys.visit, name="investment_visit"),
    path("visits/<uuid:key>/change/", journeys.change, name="investment_visit_change"),
    path("visits/<uuid:key>/hold/", journeys.hold, name="investment_visit_hold"),
    path("visits/<uuid:key>/cancel/", journeys.cancel, name="investment_visit_cancel"),
    path("trips/", trips.index, name="investment_trips"),
    path("trips/new/", trips.new, name="investment_trip_new"),
    path("trips/<uuid:key>/", trips.trip, name="investment_trip"),
    path("trips/<uuid:key>/change/", trips.change, name="investment_trip_change"),
]
