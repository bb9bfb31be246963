"""The demo: the case of October 2018 told again as records, and a player that sends them as detectors would.

``story`` holds what happened, as CloudEvents with their story time; ``trickle`` what goes on afterwards without end;
``clock`` the time of the room while the story plays; ``player`` the one who sends. One case in it is real, with the
figures that were published (``harbour_finch``). Every other network is invented and says so in its records.
"""
