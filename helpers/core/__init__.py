"""
Records, errors, dates, redaction and the comparison of typed text, for every other package of the kit.

The package uses no clock and no network; only ``atomic_file`` uses the disk.  Each file has one subject.  The
package imports no other package of the kit.
"""
