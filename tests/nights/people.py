"""What people do to a car, a charger and a target."""

from .car import Battery
from .charger import Charger
from .night import Deed, Night

# So long after the last call somebody waits before laying hands on a charger, in minutes: sooner it
# can't be told from the call's own effect.
_PAUSE = 3
# So long somebody waits for a session to end it by hand.
_PATIENCE = 240


class People:
    """The people of a house, who do what the night says."""

    def __init__(self, night: Night, battery: Battery, charger: Charger) -> None:
        """Begin the night."""
        self._battery = battery
        self._charger = charger
        self._to_do = sorted(night.deeds, key=lambda deed: deed.minute)
        self.is_plugged = night.is_plugged
        self.target = night.plan.target
        # Whether the charger is on, or off in a session, because somebody wants it.
        self.has_turned_on = self.has_turned_off = False

    def act(self, minute: int, *, in_session: bool) -> None:
        """Do what is to be done in a minute."""
        later = []
        while self._to_do and self._to_do[0].minute <= minute:
            deed = self._to_do.pop(0)
            if not self._do(deed, in_session=in_session) and minute < deed.minute + _PATIENCE:
                later.append(deed)
        self._to_do = later + self._to_do

    def notice(self, *, in_session: bool) -> None:
        """See what has become of what somebody did by hand."""
        self.has_turned_on &= self._charger.is_on and not in_session
        self.has_turned_off &= in_session and not self._charger.is_on

    def _do(self, deed: Deed, *, in_session: bool) -> bool:
        """Do something; tell whether that was possible yet."""
        match deed.kind:
            case "plug_in" | "plug_out":
                self.is_plugged = deed.kind == "plug_in"
            case "drive":
                self._battery.drive(deed.value)
            case "target":
                self.target = deed.value
            case "hand_on" | "hand_off":
                return self._lay_hands(on=deed.kind == "hand_on", in_session=in_session)
        return True

    def _lay_hands(self, *, on: bool, in_session: bool) -> bool:
        charger = self._charger
        if not charger.is_available or charger.minute - charger.called < _PAUSE:
            return False
        if on:
            if not in_session and not charger.is_on:
                charger.touch(on=True)
                self.has_turned_on = True
            return True
        if self.has_turned_on:
            charger.touch(on=False)
            self.has_turned_on = False
            return True
        if not in_session or not charger.is_on:
            return False
        charger.touch(on=False)
        self.has_turned_off = True
        return True
