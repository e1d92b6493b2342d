"""All reads of the plan. The caller has authorised `plan.read`, except for `public_headlines`."""
