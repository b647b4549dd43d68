"""Delivering issued reports: by mail, into a folder, or to an SFTP server. To whom is no part of the shared record."""
