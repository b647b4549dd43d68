"""Sealed periods as netCDF files, named by their content and never changed."""
