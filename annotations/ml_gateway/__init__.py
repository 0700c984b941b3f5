"""The only door to `ml`: translates its errors into the domain's, and bytes into its records and back."""
