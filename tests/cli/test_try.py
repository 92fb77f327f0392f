def test_try(shop):
    import time
    for args in (["plan"], ["plan"], ["publish"], ["publish"], ["render"], ["validate"], ["render", "-o", "text"], ["explain","--workload","shop/Deployment/cart"]):
        t=time.time()
        d = shop.ordain(*args)
        with open("/tmp/t/out.txt", "a") as f: print(args, time.time()-t, d.code, d.out, d.err, sep="\n", file=f)
