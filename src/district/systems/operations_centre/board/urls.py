"""Addresses of the board."""

from django.urls import path
from django.urls.resolvers import URLPattern

from district.systems.operations_centre.board.pages.board import board
from district.systems.operations_centre.board.pages.map import board_map
from district.systems.operations_centre.board.pages.wall import wall

urlpatterns: list[URLPattern] = [
    path("", board, name="operations_board"),
    path("unit/<str:code>/", board, name="operations_unit"),
    path("map/", board_map, name="operations_map"),
    path("wall/", wall, name="operations_wall"),
]
