"""A demo: invented members, and what they have done until the demo's date.

Only the report and the units are real. What the people did stands in the district's folder, as
rows with a moment each; it is played in order through the services that people use, with the
clock standing at each row's moment, so that history, lights and messages have their times.
"""
