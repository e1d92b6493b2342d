"""Addresses under /spaces/."""

from django.urls import path

from district.systems.spaces.pages import cases, demands, land, lists, overview, supply

urlpatterns = [
    path("", overview.index, name="spaces"),
    path("units/", lists.units, name="spaces_units"),
    path("units/<uuid:key>/", supply.unit, name="spaces_unit"),
    path("units/<uuid:key>/lease/", supply.lease_new, name="spaces_lease_new"),
    path("leases/<uuid:key>/end/", supply.lease_end, name="spaces_lease_end"),
    path("parks/<uuid:key>/", supply.park, name="spaces_park"),
    path("buildings/<uuid:key>/", supply.building, name="spaces_building"),
    path("floors/<uuid:key>/", supply.floor, name="spaces_floor"),
    path("firms/", lists.firm_names, name="spaces_firm_names"),
    path("demands/", lists.demands, name="spaces_demands"),
    path("demands/new/", demands.new, name="spaces_demand_new"),
    path("demands/division/", demands.best_division, name="spaces_division"),
    path("demands/<uuid:key>/", demands.demand, name="spaces_demand"),
    path("demands/<uuid:key>/change/", demands.change, name="spaces_demand_change"),
    path("demands/<uuid:key>/withdraw/", demands.withdraw, name="spaces_demand_withdraw"),
    path("demands/<uuid:key>/compare/", demands.compare, name="spaces_compare"),
    path("demands/<uuid:key>/offer/", demands.offer, name="spaces_offer"),
    path("parcels/", lists.parcels, name="spaces_parcels"),
    path("parcels/<uuid:key>/", land.parcel, name="spaces_parcel"),
    path("offers/", cases.offers, name="spaces_offers"),
    path("offers/<uuid:key>/sign/", cases.sign, name="spaces_sign"),
    path("offers/<slug:desk>/", cases.desk, name="spaces_desk"),
]
