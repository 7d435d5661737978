"""What every site of ours does alike: holds back who asks too often, reads forms, sets headers for privacy."""
