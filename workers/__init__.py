"""What touches the world: settings, the pipeline over receipts on all cores, and the Celery application.

Nothing here decides about a document; every decision is a call into `edi`. `pipeline` processes receipts, `runner` feeds it files with all
cores and without a broker, `tasks` feeds it from a queue.
"""
