"""The window: models, delegates, views and presenters over the services.

The only room, with ``app``, that knows Qt. Imports domain and services; never the store, the gateway, SQL or HTTP.
"""

from sms_desktop.ui.features import spare

spare()
