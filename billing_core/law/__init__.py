"""The dated data of the circular: catalogue, policy, prices and agreements, checked when loaded."""
