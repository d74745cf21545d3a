"""A watch's FIT file of the run of `watch_of_run`, written by another's encoder, with all sorts.

Native running dynamics, an app of its own with a developer field, an event, a lap, a session.
"""

from watches.watch_of_run import PACES, START_S

APP = bytes(range(16))
OTHER = "Ground Time"
FLOAT32 = 0x88


def rich_watch(path, *, endian="little", other_app=True):
    """Write that file at 1 Hz."""
    from fit_tool.endian import Endian
    from fit_tool.fit_file_builder import FitFileBuilder

    order = Endian.BIG if endian == "big" else Endian.LITTLE
    speeds = [speed for seconds, speed in PACES for _ in range(int(seconds))]
    builder = FitFileBuilder(auto_define=True, min_string_size=50)
    builder.add_all(_head(order))
    if other_app:
        builder.add_all(_app())
    for k, speed in enumerate(speeds):
        builder.add(_record(k, speed, order, other_app=other_app))
    builder.add_all(_totals(len(speeds), order))
    builder.build().to_file(str(path))
    return path


def _ms(k):
    return 1000 * (int(START_S) + k)


def _head(order):
    from fit_tool.profile.messages.event_message import EventMessage
    from fit_tool.profile.messages.file_id_message import FileIdMessage
    from fit_tool.profile.profile_type import Event, EventType, FileType, Manufacturer

    head = FileIdMessage(endian=order)
    head.type, head.time_created = FileType.ACTIVITY, _ms(0)
    head.manufacturer = Manufacturer.DEVELOPMENT.value
    begin = EventMessage(local_id=1, endian=order)
    begin.event, begin.event_type, begin.timestamp = Event.TIMER, EventType.START, _ms(0)
    return [head, begin]


def _app():
    from fit_tool.profile.messages.developer_data_id_message import DeveloperDataIdMessage
    from fit_tool.profile.messages.field_description_message import FieldDescriptionMessage

    app = DeveloperDataIdMessage()
    app.application_id, app.developer_data_index = APP, 0
    about = FieldDescriptionMessage()
    about.developer_data_index = about.field_definition_number = 0
    about.fit_base_type_id, about.field_name, about.units = FLOAT32, OTHER, "ms"
    return [app, about]


def _record(k, speed, order, *, other_app):
    from fit_tool.base_type import BaseType
    from fit_tool.developer_field import DeveloperField
    from fit_tool.profile.messages.record_message import RecordMessage

    field = DeveloperField(
        developer_data_index=0,
        field_id=0,
        base_type=BaseType.FLOAT32,
        name=OTHER,
        units="ms",
        size=4,
    )
    field.set_value(0, 250.0 + k)
    record = RecordMessage(developer_fields=[field] * other_app, local_id=2, endian=order)
    record.timestamp, record.enhanced_speed = _ms(k), speed
    record.heart_rate = 120 + k % 40
    record.cadence, record.fractional_cadence = (80, 0.5) if speed else (0, 0.0)
    record.stance_time = 260.5
    return record


def _totals(seconds, order):
    from fit_tool.profile.messages.lap_message import LapMessage
    from fit_tool.profile.messages.session_message import SessionMessage
    from fit_tool.profile.profile_type import Sport

    totals = [LapMessage(local_id=3, endian=order), SessionMessage(local_id=4, endian=order)]
    for total in totals:
        total.timestamp, total.start_time = _ms(seconds), _ms(0)
        total.total_elapsed_time = total.total_timer_time = float(seconds)
        total.sport = Sport.RUNNING
    return totals
