"""The resources of Twilio's API that the practice Twilio has, one file each."""
