"""The only room that knows SQL: SQLite through SQLAlchemy Core, migrations by Alembic, media files by content hash.

Imports domain and SQLAlchemy; never Qt, HTTP, services or the gateway. Only frozen values of ``domain`` leave it.

How one database takes the place of another, and who calls whom. Whoever begins it holds the data directory, and no
engine runs on it:

===========================  =======================================================================================
``services.repair.Repair``   the window's page; ``look`` asks ``recover.count`` and ``restore.inspect`` what there is,
                             and each deed ends with a note for the window. ``commands.restore`` calls ``restore``
``restore.restore``          a backup: ``verify`` (whole, ours, not newer), ``backup`` to ``sms.db.incoming``,
                             ``migrate``; ``former`` reads the replaced database and ``carry`` brings along what only
                             that knew; then as below
``recover.recover``          what can be read of the damaged one: row by row into an empty ``sms.db.incoming``, where
                             ``summary.recount`` and ``stops.find_again`` work out anew what was lost, and ``fallback``
                             fills in from the newest good backup who said STOP and what else is not there, through
                             ``carry``; ``forgotten`` notes of which lines opt-outs are not all known, for
                             ``services.absence``, which asks Twilio about each person then; then as below
- of both                    ``unsent.distrust`` (what waits may have left), ``gaps.forget_pages``, ``media.miss`` and
                             ``media.spare`` (pictures); ``losses`` says in words what could not be read; and
                             ``swap.put_in_place``
``mend.readable``            opens the database that is replaced, or a copy of it that is told anew where its tables
                             begin, as a ``salvage.Salvage``, which reads rows around pages that cannot be read;
                             ``sense`` tells rows from rubbish. Under ``former`` and ``recover``; changes nothing
``carry``                    what comes along in a restore, table by table and (``carrysettings``) setting by setting,
                             through the verbs of the modules that own them; what does not is named, with the reason
``reminder``                 tells both what was set at Twilio, where that cannot be read any more; ``services.routing``
                             keeps it in a file of its own
``witness``                  tells both what was entered here or imported of who may be texted; ``writer`` keeps it in a
                             file of its own, ``opening`` begins it, and ``services.backups`` looks whether all is there
``hold``                     keeps the files of an open database ours; where another program takes them away all the
                             same, ``writer`` stops and has ``backup.rescue`` save what is open as
                             ``sms.db.rescued``, which the page offers first and ``restore`` takes as it is;
                             ``removal`` notes it beside, until ``swap`` has put something in place: where what was
                             rescued is gone too, neither believes what lies there to be all
``swap``                     exchanges the files: one rename decides, ``finish`` ends it, now or at the next start
                             (``opening.prepare``)
===========================  =======================================================================================
"""
