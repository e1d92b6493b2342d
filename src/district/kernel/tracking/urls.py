"""Addresses of tracking."""

from django.urls import path

from district.kernel.tracking import pages

urlpatterns = [
    path("tracking/<uuid:row_id>/", pages.tracked, name="tracked"),
    path("calendars/", pages.calendar, name="calendars"),
    path("calendars/announce/", pages.announce, name="calendar_announce"),
]
