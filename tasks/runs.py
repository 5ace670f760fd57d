async def label_run(name, tags):
    from prefect import get_client
    from prefect.context import FlowRunContext
    context = FlowRunContext.get()
    await context.client.update_flow_run(context.flow_run.id, name=name, tags=tags)
async def begin_run(*a): return None
async def finish_run(*a): return None
